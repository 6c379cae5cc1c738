use super::*;
use langdu_model::NumberKind;

fn read(body: &str) -> Document {
    from_ssml(&format!("<speak>{body}</speak>")).expect("it can be read")
}

fn texts(document: &Document) -> Vec<&str> {
    document
        .blocks
        .iter()
        .map(|block| block.text.as_str())
        .collect()
}

#[test]
fn paragraphs_are_blocks_and_line_ends_are_nothing() {
    let document = read(
        "\n 引言。\n<p>第一段，\n   <s>有两句。</s><s>第二句</s></p><p> 第二段 ABC\n DEF。</p> ",
    );
    assert_eq!(
        texts(&document),
        ["引言。", "第一段，有两句。第二句", "第二段 ABC DEF。"]
    );
    let ends: Vec<(usize, usize)> = document
        .markup
        .iter()
        .map(|one| (one.block, one.range.end))
        .collect();
    assert_eq!(ends, [(1, 8), (1, 11)]);
    assert_eq!(document.warnings, [""; 0]);
}

#[test]
fn elements_say_how_their_words_are_read() {
    let change = |change: Change| Says::Change(change);
    let number = |kind| change(Change::Number(kind));
    for (body, range, says) in [
        (
            "在 <phoneme alphabet=\"pinyin\" ph=\"lao4 ting2\">乐亭</phoneme>",
            2..4,
            change(Change::Pronounce("lao4 ting2".to_owned())),
        ),
        (
            "打<say-as interpret-as='telephone'>12345</say-as>",
            1..6,
            number(NumberKind::Telephone),
        ),
        (
            "<say-as interpret-as='date' format='y'>2008</say-as>",
            0..4,
            number(NumberKind::Year),
        ),
        (
            "<say-as interpret-as='cardinal'>2008</say-as>",
            0..4,
            number(NumberKind::Amount),
        ),
        (
            "<say-as interpret-as='characters'>GDP</say-as>",
            0..3,
            number(NumberKind::Code),
        ),
        (
            "<say-as interpret-as='ordinal'>3</say-as>",
            0..1,
            change(Change::Say("第3".to_owned())),
        ),
        (
            "<sub alias='国务院办公厅'>国办</sub>",
            0..2,
            change(Change::Say("国务院办公厅".to_owned())),
        ),
        (
            "请<prosody rate='-20%'>慢慢</prosody>说",
            1..3,
            Says::Rate(800),
        ),
        (
            "请<prosody rate='fast'>快</prosody>说",
            1..2,
            Says::Rate(1250),
        ),
        ("请<mark name='a1'/>说", 1..1, Says::Mark("a1".to_owned())),
        (
            "请<break time='500ms'/><break time='1s'/>说",
            1..1,
            change(Change::Pause(PauseChange::Exactly(1500))),
        ),
        (
            "请，<break strength='none'/>说",
            2..2,
            change(Change::Pause(PauseChange::None)),
        ),
    ] {
        let document = read(body);
        assert_eq!(
            document.markup,
            [Markup {
                block: 0,
                range,
                says
            }],
            "{body}"
        );
        assert_eq!(document.warnings, [""; 0], "{body}");
    }
    // Between paragraphs it is a pause behind the one before; a rate holds in all that it is around.
    let document =
        read("<p>甲</p><break time='2s'/><prosody rate='200%'><p>乙</p><p>丙</p></prosody>");
    let places: Vec<(usize, usize)> = document
        .markup
        .iter()
        .map(|one| (one.block, one.range.end))
        .collect();
    assert_eq!(places, [(0, 1), (1, 1), (2, 1)]);
}

#[test]
fn what_is_not_known_is_told_and_its_words_are_read() {
    for (body, text, warning) in [
        (
            "<emphasis level='strong'>马上</emphasis>办",
            "马上办",
            "<emphasis>",
        ),
        ("<voice name='a'>你好</voice>", "你好", "<voice>"),
        ("<metadata>作者</metadata>正文", "正文", "<metadata>"),
        (
            "<say-as interpret-as='shout'>12</say-as>人",
            "12人",
            "shout",
        ),
        ("<phoneme alphabet='ipa' ph='x'>长</phoneme>", "长", "ipa"),
        ("<prosody pitch='high'>长</prosody>", "长", "pitch"),
        ("<prosody rate='quick'>长</prosody>", "长", "quick"),
        ("长<break time='soon'/>", "长", "soon"),
        ("长<break time='1h'/>", "长", "1h"),
        ("<mark/>长", "长", "<mark>"),
        ("<break/>长", "长", "before all words"),
        (
            "<mstts:express-as style='sad'>长</mstts:express-as>",
            "长",
            "mstts:express-as",
        ),
        ("<sub alias='二'><p>一</p><p>三</p></sub>", "一", "<sub>"),
    ] {
        let document = read(body);
        assert_eq!(document.blocks[0].text, text, "{body}");
        assert!(document.markup.is_empty(), "{body}: {:?}", document.markup);
        assert_eq!(
            document.warnings.len(),
            1,
            "{body}: {:?}",
            document.warnings
        );
        assert!(
            document.warnings[0].contains(warning),
            "{:?}",
            document.warnings
        );
    }
    // Many are told shortly.
    let many: String = (0..100)
        .map(|number| format!("<x{number}>字</x{number}>"))
        .collect();
    assert_eq!(read(&many).warnings.len(), Document::MOST_WARNINGS);
}

#[test]
fn what_is_no_ssml_is_refused_with_its_line() {
    let bomb = "<!DOCTYPE speak [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\">]>\n<speak>&b;</speak>";
    let deep = format!(
        "<speak>{}{}</speak>",
        "<s>".repeat(100_000),
        "</s>".repeat(100_000)
    );
    for (text, line, cause) in [
        ("", 1, "no <speak>"),
        ("只有文字", 1, "outside"),
        ("<p>甲</p>", 1, "<p>"),
        ("<speak>甲</speak><speak>乙</speak>", 1, "more than one"),
        ("<speak>\n<p>甲</s></speak>", 2, "well-formed"),
        ("<speak>\n\n甲", 3, "<speak> is not closed"),
        ("<speak>\n甲&nbsp;乙</speak>", 2, "&nbsp;"),
        (bomb, 1, "document type"),
        (&deep, 1, "nested"),
    ] {
        let refused = from_ssml(text).expect_err("it is refused");
        assert!(refused.cause.contains(cause), "{:.40}: {refused}", text);
        assert_eq!(refused.line, line, "{:.40}: {refused}", text);
    }
    assert_eq!(
        read("甲&amp;乙&#x4e59;<![CDATA[<丙>]]>").blocks[0].text,
        "甲&乙乙<丙>"
    );
}

#[test]
fn more_markup_than_a_document_may_have_is_left_out() {
    let document = read(&"字<mark name='m'/>".repeat(Document::MOST_MARKUP + 5));
    assert_eq!(document.markup.len(), Document::MOST_MARKUP);
    assert_eq!(document.warnings.len(), 1, "{:?}", document.warnings);
}
