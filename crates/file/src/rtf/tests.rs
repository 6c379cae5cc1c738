use super::*;

fn texts(rtf: &str) -> Vec<String> {
    let flow = parse(rtf.as_bytes(), &FileLimits::default()).expect("valid");
    flow.items
        .into_iter()
        .map(|item| match item {
            FlowItem::Paragraph(paragraph) => paragraph.text,
            FlowItem::Notice(words) => words,
            FlowItem::Table(rows) => rows
                .iter()
                .map(|row| {
                    let cells: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).collect();
                    cells.join("|")
                })
                .collect::<Vec<String>>()
                .join("/"),
        })
        .collect()
}

#[test]
fn letters_come_in_bytes_and_in_numbers() {
    let head = r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}{\f1 Arial;}}";
    for (body, expected) in [
        (r"\f0\'cd\'a8\'d6\'aa\par}", "通知"),
        (r"\u36890?\u30693?\par}", "通知"),
        (r"\pard\plain \u36890\'3f\u30693\'3f\par}", "通知"),
        (r"\u36890\'cd\u30693\'d6\par}", "通知"),
        (r"\uc2\u36890\'cd\'a8\uc1 A\par}", "通A"),
        (r"\u-10179?\u-8704?\par}", "😀"),
    ] {
        assert_eq!(texts(&format!("{head}{body}")), [expected], "{body}");
    }
}

#[test]
fn signs_of_symbol_fonts_are_read() {
    let head = r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}{\f1\fcharset2 Symbol;}{\f2\fcharset2 Wingdings;}}";
    for (body, expected) in [
        (r"\f0 18{\f1\'b0}C\par}", "18°C"),
        (r"\f0 A{\f1 \u-3917?}16\par}", "A≥16"),
        (
            r"\f0 A{\field{\*\fldinst SYMBOL 163 \\f \u34?Symbol\u34? \\s 10}{\fldrslt\f1\fs20}}16\par}",
            "A≤16",
        ),
        (r"\f0 {\f2\'fe}\'ca\'c7\par}", "☑是"),
        (
            r"\f0 A{\field{\*\fldinst HYPERLINK x}{\fldrslt B}}\par}",
            "AB",
        ),
    ] {
        assert_eq!(texts(&format!("{head}{body}")), [expected], "{body}");
    }
}

#[test]
fn cells_of_a_table_within_a_cell_stay_apart() {
    let rtf = r"{\rtf1 \trowd\cellx100\cellx200\pard\intbl a\par\pard\intbl\itap2 b\nestcell c\nestcell{\*\nesttableprops\trowd\cellx50\nestrow}\pard\intbl\itap1\cell d\cell\row\pard e\par}";
    assert_eq!(texts(rtf), ["a b c|d", "e"]);
}

#[test]
fn what_is_not_text_is_left_out_and_a_note_follows() {
    let rtf = r"{\rtf1\ansi\ansicpg936{\header \'d2\'b3}{\info{\title x}}{\*\generator y;}A{\footnote B}{\v hidden}C\par D\par}";
    assert_eq!(texts(rtf), ["AC", "B", "D"]);
}

#[test]
fn charts_pictures_and_files_of_other_programs_are_told() {
    let picture = |width: u32, height: u32| {
        format!(r"{{\pict\pngblip\picwgoal{width}\pichgoal{height} 89504e47}}")
    };
    let object = |class: &str| {
        format!(
            r"{{\object\objemb{{\*\objclass {class}}}\objw9\objh9{{\*\objdata 0105}}{{\result {}}}}}",
            picture(7000, 5000)
        )
    };
    let chart = "此处有一张图表，没有朗读。";
    let shown = "此处有一张图片，没有朗读。";
    for (drawn, expected) in [
        (object("Excel.Chart.8"), vec!["A", chart, "B"]),
        (
            object("Equation.3"),
            vec!["A", "此处有一个公式，没有朗读。", "B"],
        ),
        (
            object("Package"),
            vec!["A", "此处嵌有一份文件，没有朗读。", "B"],
        ),
        (picture(7000, 5000), vec!["A", shown, "B"]),
        (
            format!(
                r"{{\*\shppict{}}}{{\nonshppict{}}}",
                picture(7000, 5000),
                picture(7000, 5000)
            ),
            vec!["A", shown, "B"],
        ),
        (
            picture(7000, 5000).repeat(2),
            vec!["A", "此处有2张图片，没有朗读。", "B"],
        ),
        // An emblem, and a photograph in a form.
        (picture(900, 900), vec!["A", "B"]),
        (
            format!(
                r"\par\trowd\cellx100\intbl {}C\cell\row\pard ",
                picture(7000, 5000)
            ),
            vec!["A", "C", "B"],
        ),
    ] {
        let rtf = format!(r"{{\rtf1 A{drawn}\par B\par}}");
        assert_eq!(texts(&rtf), expected, "{rtf}");
    }
}

#[test]
fn the_properties_of_a_shape_are_no_text_and_its_words_are() {
    let rtf = r"{\rtf1 A{\shp{\*\shpinst\shpleft0{\sp{\sn shapeType}{\sv 202}}{\shptxt \pard in a box\par}}}\par B\par}";
    assert_eq!(texts(rtf), ["A", "in a box", "B"]);
}

#[test]
fn rows_make_a_table() {
    let rtf = r"{\rtf1 \trowd\cellx100\cellx200\intbl a\cell b\cell\row\trowd\cellx100\clvmrg\cellx200\intbl c\cell \cell\row\pard d\par}";
    assert_eq!(texts(rtf), ["a|b/c", "d"]);
}

#[test]
fn a_file_that_breaks_off_is_damaged() {
    let error = parse(br"{\rtf1 {\b text", &FileLimits::default()).expect_err("cut");
    assert!(error.to_string().contains("breaks off"), "{error}");
}
