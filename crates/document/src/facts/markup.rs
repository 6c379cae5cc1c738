//! What a page says of how its words are read: `<span data-read-as="telephone">`, `<span data-pinyin="zhang3">`.

use scraper::node::Element;

use crate::tree::flat::{Flat, Kind, NONE};
use langdu_model::{Change, Says, read_as};

/// Whether an element says how its text is read.
pub(crate) fn says_something(element: &Element) -> bool {
    element.attr(READ_AS).is_some() || element.attr(PINYIN).is_some()
}

const READ_AS: &str = "data-read-as";
const PINYIN: &str = "data-pinyin";

/// What the element at `node` says of `words`, which it holds; and what of it nobody understands.
pub(crate) fn said_of(flat: &Flat<'_>, node: u32, words: &str) -> (Option<Says>, Option<String>) {
    let Some((_, element)) = flat.element(node) else {
        return (None, None);
    };
    // A pronunciation says more than a kind.
    if let Some(pinyin) = element.attr(PINYIN) {
        let pinyin = Change::Pronounce(pinyin.trim().to_owned());
        return (Some(Says::Change(pinyin)), None);
    }
    let Some(name) = element.attr(READ_AS).map(str::trim) else {
        return (None, None);
    };
    match read_as(name, words) {
        Some(change) => (Some(Says::Change(change)), None),
        None => {
            let place = flat.path(node);
            let warning = format!("{READ_AS}={name:?} at {place} is not known: it is ignored");
            (None, Some(warning))
        }
    }
}

/// The elements in the subtree of `root` that say how their text is read, where that can be seen.
pub(crate) fn within(flat: &Flat<'_>, root: u32) -> Vec<u32> {
    let end = flat.nodes.get(root as usize).map_or(0, |node| node.end);
    let mut found = Vec::new();
    let mut at = root;
    while at < end {
        let node = &flat.nodes[at as usize];
        if flat.dropped[at as usize] && at != root {
            at = node.end;
            continue;
        }
        if let Kind::Element(_, element) = node.kind
            && says_something(element)
        {
            found.push(at);
        }
        at += 1;
    }
    found
}

/// The table cell around `node`, or [`NONE`].
pub(crate) fn cell_around(flat: &Flat<'_>, node: u32) -> u32 {
    let is_cell = |&at: &u32| flat.element(at).is_some_and(|(tag, _)| tag.is_cell());
    flat.ancestors(node).find(is_cell).unwrap_or(NONE)
}

#[cfg(test)]
mod tests {
    use crate::ExtractOptions;
    use langdu_model::{Change, Document, NumberKind, Says};

    fn page(html: &str) -> Document {
        let page = format!("<h1>通知</h1><p>现将有关事项通知如下，请遵照执行。</p>{html}");
        crate::extract(&page, None, &ExtractOptions::default()).expect("the page can be read")
    }

    fn said(document: &Document) -> Vec<(String, &Says)> {
        let text = |markup: &langdu_model::Markup| {
            let chars = document.blocks[markup.block].text.chars();
            let own = chars.skip(markup.range.start).take(markup.range.len());
            own.collect()
        };
        let markup = document.markup.iter();
        markup.map(|markup| (text(markup), &markup.says)).collect()
    }

    #[test]
    fn an_attribute_is_of_the_words_that_its_element_holds() {
        let telephone = Says::Change(Change::Number(NumberKind::Telephone));
        let zhang = Says::Change(Change::Pronounce("zhang3".to_owned()));
        for (html, expected) in [
            (
                "<p>请拨打  <b data-read-as=telephone>12345</b>咨询。请张<i data-pinyin='zhang3'>长</i>生到场。</p>",
                vec![("12345", &telephone), ("长", &zhang)],
            ),
            (
                "<p>第一行，<br>第二行打<span data-read-as='telephone'>0315-<u>281</u>0110</span>。</p>",
                vec![("0315-2810110", &telephone)],
            ),
            (
                "<p data-read-as=telephone>电话：0315-2810110。</p>",
                vec![("电话：0315-2810110。", &telephone)],
            ),
            (
                "<table><tr><th>科室</th><th>号码</th></tr><tr><td>收文</td><td>12345</td></tr>\
                 <tr><td>发文</td><td>电话 <em data-read-as=telephone>12345</em> 转 12345</td></tr>\
                 <tr><td>值班</td><td data-read-as=telephone>67890</td></tr></table>",
                vec![("12345", &telephone), ("67890", &telephone)],
            ),
            (
                "<p>正文<span style='display:none' data-read-as=telephone>999</span>到此。</p>",
                vec![],
            ),
        ] {
            let document = page(html);
            let expected: Vec<(String, &Says)> = expected
                .into_iter()
                .map(|(text, says)| (text.to_owned(), says))
                .collect();
            assert_eq!(said(&document), expected, "{html}: {:?}", document.blocks);
            assert_eq!(document.warnings, [""; 0], "{html}");
        }
        let table = page(
            "<table><tr><th>科室</th><th>号码</th></tr><tr><td>收文</td><td>12345</td></tr>\
             <tr><td>发文</td><td>转 <em data-read-as=telephone>12345</em></td></tr></table>",
        );
        let text: Vec<char> = table.blocks[table.markup[0].block].text.chars().collect();
        let line = text[..table.markup[0].range.start]
            .iter()
            .collect::<String>();
        assert!(
            line.ends_with("发文\t转 "),
            "the second of the two: {line:?}"
        );
    }

    #[test]
    fn a_title_keeps_what_is_said_of_it() {
        let html = "<h1>关于<span data-pinyin='lao4 ting2'>乐亭</span>县的通知</h1>\
                    <p>现将有关事项通知如下，请遵照执行。</p><p>各单位要认真落实，按时上报结果。</p>";
        let document = crate::extract(html, None, &ExtractOptions::default()).unwrap();
        let lao_ting = Says::Change(Change::Pronounce("lao4 ting2".to_owned()));
        assert_eq!(said(&document), [("乐亭".to_owned(), &lao_ting)]);
        assert_eq!(document.markup[0].block, 0);
    }

    #[test]
    fn what_nobody_knows_is_told_and_not_spoken() {
        let document = page("<p>请拨打<b data-read-as=shouting>12345</b>咨询。</p>");
        assert!(document.markup.is_empty());
        assert_eq!(document.warnings.len(), 1);
        assert!(
            document.warnings[0].contains("shouting"),
            "{:?}",
            document.warnings
        );
        let text = &document.blocks.last().unwrap().text;
        assert_eq!(text, "请拨打12345咨询。");
    }
}
