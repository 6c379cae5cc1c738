use super::lines::tests::letters;
use super::*;

fn page(glyphs: Vec<Glyph>) -> Page {
    Page {
        width: 595.0,
        height: 842.0,
        glyphs,
        ..Page::default()
    }
}

fn texts(flow: &Flow) -> Vec<&str> {
    flow.items
        .iter()
        .filter_map(|item| match item {
            FlowItem::Paragraph(paragraph) => Some(paragraph.text.as_str()),
            FlowItem::Table(_) | FlowItem::Notice(_) => None,
        })
        .collect()
}

#[test]
fn a_vertical_page_is_read_column_by_column_from_the_right() {
    let mut glyphs = Vec::new();
    for (column, text) in ["为老年人提供就近", "方便可及的助餐服", "务。"]
        .iter()
        .enumerate()
    {
        for (row, letter) in text.chars().enumerate() {
            glyphs.push(Glyph {
                letter,
                x: 500.0 - 30.0 * column as f32,
                y: 100.0 + 16.0 * row as f32,
                width: 16.0,
                size: 16.0,
                bold: false,
                vertical: true,
                turn: Turn::Upright,
                seen: None,
            });
        }
    }
    let flow = read(vec![page(glyphs)], false).flow;
    assert_eq!(texts(&flow), ["为老年人提供就近方便可及的助餐服务。"]);
}

#[test]
fn a_vertical_stamp_beside_level_text_is_ignored() {
    let mut glyphs = letters("这一页的正文是横排的内容。", 90.0, 100.0, 16.0);
    for (row, letter) in "已公开".chars().enumerate() {
        let y = 300.0 + 20.0 * row as f32;
        glyphs.push(Glyph {
            letter,
            x: 30.0,
            y,
            width: 20.0,
            size: 20.0,
            bold: false,
            vertical: true,
            turn: Turn::Upright,
            seen: None,
        });
    }
    let flow = read(vec![page(glyphs)], false).flow;
    assert_eq!(texts(&flow), ["这一页的正文是横排的内容。"]);
}

#[test]
fn a_note_follows_the_paragraph_that_names_it() {
    let mut glyphs = letters("　　本办法所称老年人是指六十周岁以上", 90.0, 100.0, 16.0);
    glyphs.extend(letters("1", 378.0, 93.0, 9.0));
    glyphs.extend(letters("的居民。", 382.5, 100.0, 16.0));
    glyphs.extend(letters("　　本办法由市民政局负责解释。", 90.0, 128.0, 16.0));
    glyphs.extend(letters("1", 90.0, 752.0, 6.0));
    glyphs.extend(letters("以身份证所载日期为准。", 93.0, 756.0, 9.0));
    let flow = read(vec![page(glyphs)], false).flow;
    assert_eq!(
        texts(&flow),
        [
            "本办法所称老年人是指六十周岁以上的居民。",
            "以身份证所载日期为准。",
            "本办法由市民政局负责解释。"
        ]
    );
}
