//! Formulas (OMML) on one line: a fraction with its bar, powers and indices in the characters for them, a
//! root with its sign. Extraction writes the MathML of pages in the same way.

use roxmltree::Node;

use super::super::heights::Height;
use super::super::xml::{child, is};

/// Deepest formula within a formula.
const DEEPEST: usize = 40;

/// The formula at `node`.
pub(super) fn written(node: Node<'_, '_>) -> String {
    let mut text = String::new();
    write(node, DEEPEST, &mut text);
    text
}

fn write(node: Node<'_, '_>, depth: usize, text: &mut String) {
    if depth == 0 {
        return;
    }
    let part = |name: &str| {
        let mut own = String::new();
        if let Some(inner) = child(node, name) {
            write(inner, depth - 1, &mut own);
        }
        own
    };
    match node.tag_name().name() {
        "t" => text.push_str(node.text().unwrap_or_default()),
        "f" => {
            text.push_str(&in_brackets(part("num")));
            text.push('/');
            text.push_str(&in_brackets(part("den")));
        }
        "sSup" | "sSub" | "sSubSup" => {
            text.push_str(&part("e"));
            text.push_str(&Height::Lowered.write(&part("sub")));
            text.push_str(&Height::Raised.write(&part("sup")));
        }
        "rad" => {
            text.push('√');
            text.push_str(&part("e"));
        }
        "d" => {
            text.push('(');
            let parts = node.children().filter(|inner| is(*inner, "e"));
            parts.for_each(|inner| write(inner, depth - 1, text));
            text.push(')');
        }
        // Properties hold no text of the formula.
        name if name.ends_with("Pr") => {}
        _ => node
            .children()
            .filter(Node::is_element)
            .for_each(|inner| write(inner, depth - 1, text)),
    }
}

/// A sum above or below a bar is kept together.
fn in_brackets(part: String) -> String {
    let sum = part
        .chars()
        .skip(1)
        .any(|c| matches!(c, '+' | '-' | '−' | '±'));
    if sum && !part.starts_with('(') {
        format!("({part})")
    } else {
        part
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_written_on_one_line() {
        let m = "xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\"";
        let run = |text: &str| format!("<m:r><m:rPr><m:t>x</m:t></m:rPr><m:t>{text}</m:t></m:r>");
        for (inner, expected) in [
            (
                format!(
                    "{}<m:f><m:num>{}</m:num><m:den>{}</m:den></m:f>",
                    run("S="),
                    run("a+b"),
                    run("2")
                ),
                "S=(a+b)/2",
            ),
            (
                format!(
                    "<m:sSup><m:e>{}</m:e><m:sup>{}</m:sup></m:sSup>",
                    run("h"),
                    run("2")
                ),
                "h²",
            ),
            (
                format!(
                    "<m:sSubSup><m:e>{}</m:e><m:sub>{}</m:sub><m:sup>{}</m:sup></m:sSubSup>",
                    run("x"),
                    run("1"),
                    run("n")
                ),
                "x₁ⁿ",
            ),
            (
                format!("<m:rad><m:deg/><m:e>{}</m:e></m:rad>", run("2")),
                "√2",
            ),
            (format!("<m:d><m:e>{}</m:e></m:d>", run("1+i")), "(1+i)"),
        ] {
            let xml = format!("<m:oMath {m}>{inner}</m:oMath>");
            let tree = roxmltree::Document::parse(&xml).expect("well-formed");
            assert_eq!(written(tree.root_element()), expected);
        }
    }
}
