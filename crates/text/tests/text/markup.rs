//! What a source says itself of how it is read: SSML and the attributes of a page.

use langdu_document::{ExtractOptions, extract, from_ssml};
use langdu_model::Document;
use langdu_testkit::text::FRONT_END;
use langdu_text::{
    Anchor, Change, GoesOn, Lexicon, NumberKind, PauseChange, Pauses, Script, ScriptOptions,
    check_markup,
};
use proptest::prelude::*;

fn ssml(body: &str) -> Document {
    let mut document = from_ssml(&format!("<speak>{body}</speak>")).expect("it is SSML");
    check_markup(&mut document);
    document
}

fn script(document: &Document) -> Script {
    FRONT_END.script(document, &ScriptOptions::default())
}

fn spoken(document: &Document) -> String {
    let utterances = script(document).utterances.into_iter();
    utterances.map(|utterance| utterance.spoken).collect()
}

fn pinyin(document: &Document) -> Vec<String> {
    let utterances = script(document).utterances.into_iter();
    let syllables = utterances.flat_map(|utterance| utterance.syllables);
    syllables.map(|one| one.pinyin.into_owned()).collect()
}

#[test]
fn words_are_said_as_their_element_says() {
    for (body, wanted) in [
        (
            "请拨打<say-as interpret-as='telephone'>12345</say-as>，共12345人。",
            "请拨打幺二三四五，共一万二千三百四十五人。",
        ),
        (
            "编号<say-as interpret-as='digits'>1203</say-as>。",
            "编号一二零三。",
        ),
        (
            "编号：<say-as interpret-as='cardinal'>1203</say-as>。",
            "编号：一千二百零三。",
        ),
        (
            "于<say-as interpret-as='date' format='ymd'>20240506</say-as>起。",
            "于二零二四年五月六日起。",
        ),
        (
            "关于<say-as interpret-as='date' format='y'>2008</say-as>的报告。",
            "关于二零零八的报告。",
        ),
        (
            "第<say-as interpret-as='characters'>3A</say-as>号楼。",
            "第三A号楼。",
        ),
        (
            "排名<say-as interpret-as='ordinal'>3</say-as>。",
            "排名第三。",
        ),
        (
            "由<sub alias='国务院办公厅'>国办</sub>发。",
            "由国务院办公厅发。",
        ),
        (
            "<say-as interpret-as='telephone'>电话：0315-2810110（工作日8时至17时）</say-as>。",
            "电话：零三幺五，二八幺零幺幺零（工作日八时至十七时）。",
        ),
    ] {
        let document = ssml(body);
        assert_eq!(document.warnings, [""; 0], "{body}");
        assert_eq!(spoken(&document), wanted, "{body}");
    }
    let document = ssml(
        "到<phoneme alphabet='pinyin' ph='lao4 ting2'>乐亭</phoneme>县找张<phoneme alphabet='pinyin' ph='zhǎng'>长</phoneme>生。",
    );
    let said = pinyin(&document);
    assert_eq!(
        (said[1].as_str(), said[2].as_str(), said[6].as_str()),
        ("lao4", "ting2", "zhang3")
    );
}

#[test]
fn what_cannot_be_done_is_told_and_read_without_it() {
    for (body, told) in [
        (
            "<phoneme alphabet='pinyin' ph='lao4'>乐亭</phoneme>县。",
            "2 characters but 1 syllables",
        ),
        (
            "<phoneme alphabet='pinyin' ph='lao4 xq9'>乐亭</phoneme>县。",
            "xq9",
        ),
        (
            "<say-as interpret-as='telephone'>无</say-as>。",
            "no number",
        ),
        ("<sub alias='——'>国办</sub>。", "nothing that can be said"),
    ] {
        let document = ssml(body);
        assert!(document.markup.is_empty(), "{body}");
        assert_eq!(document.warnings.len(), 1, "{body}");
        assert!(
            document.warnings[0].contains(told),
            "{:?}",
            document.warnings
        );
        let plain = ssml(&document.blocks[0].text);
        assert_eq!(spoken(&document), spoken(&plain), "{body}");
    }
}

#[test]
fn a_break_lasts_as_long_as_it_says() {
    let pauses = |body: &str| -> Vec<(String, u32)> {
        let utterances = script(&ssml(body)).utterances.into_iter();
        utterances.map(|one| (one.text, one.pause_ms)).collect()
    };
    let paragraph_ms = Pauses::default().paragraph_ms;
    let said = |text: &str, ms: u32| (text.to_owned(), ms);
    assert_eq!(
        pauses("请先取号<break time='800ms'/>再到窗口办理。"),
        [said("请先取号", 800), said("再到窗口办理。", paragraph_ms)]
    );
    // A mark stays with what it closes, and an opening one with what it opens.
    assert_eq!(
        pauses("请先取号，<break time='1s'/>《办法》另行公布。"),
        [
            said("请先取号，", 1000),
            said("《办法》另行公布。", paragraph_ms)
        ]
    );
    assert_eq!(
        pauses("<p>请先取号。</p><break time='3s'/><p>再到窗口办理。</p>"),
        [
            said("请先取号。", 3000),
            said("再到窗口办理。", paragraph_ms)
        ]
    );
    let without = script(&ssml("请先取号，<break strength='none'/>再到窗口办理。"));
    let said: String = without
        .utterances
        .iter()
        .map(|one| one.spoken.as_str())
        .collect();
    assert_eq!(said, "请先取号再到窗口办理。");
}

#[test]
fn a_sentence_ends_where_its_element_does() {
    let document = ssml("<s>请先取号</s><s>再到窗口办理</s>");
    let utterances = script(&document).utterances;
    let texts: Vec<&str> = utterances.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(texts, ["请先取号", "再到窗口办理"]);
    assert_eq!(utterances[0].goes_on, GoesOn::No);
    assert_eq!(utterances[0].pause_ms, Pauses::default().sentence_ms);
}

#[test]
fn a_rate_is_of_the_words_it_is_around() {
    let document = ssml("请记下号码：<prosody rate='80%'>一二三四五</prosody>，谢谢配合。");
    let utterances = script(&document).utterances;
    let rates: Vec<(&str, u32)> = utterances
        .iter()
        .map(|one| (one.text.as_str(), one.rate_milli))
        .collect();
    assert_eq!(
        rates,
        [
            ("请记下号码：", 1000),
            ("一二三四五，", 800),
            ("谢谢配合。", 1000)
        ]
    );
}

#[test]
fn a_named_place_is_found_in_the_script() {
    let document = ssml(
        "<mark name='a'/><p>请先取号，再到<mark name='b'/>窗口办理。<mark name='c'/></p><p><mark name='d'/>谢谢。</p><mark name='e'/>",
    );
    let script = script(&document);
    let places: Vec<(usize, usize)> = document
        .markup
        .iter()
        .map(|markup| script.place_of(markup.block, markup.range.start))
        .collect();
    let [a, b, c, d, e] = places[..] else {
        panic!("there are five")
    };
    assert_eq!(a, (0, 0));
    let next: String = script.utterances[b.0].syllables[b.1..]
        .iter()
        .map(|one| one.hanzi.as_ref())
        .collect();
    assert!(next.starts_with("窗口"), "{next}");
    assert_eq!(
        (c, d),
        (
            (script.utterances.len() - 1, 0),
            (script.utterances.len() - 1, 0)
        )
    );
    assert_eq!(e, (script.utterances.len(), 0));
}

#[test]
fn what_a_page_says_comes_before_words_that_hold_everywhere_and_behind_an_editors_place() {
    let html = "<h1>关于咨询电话的通知</h1><p>各单位：现将有关事项通知如下，请遵照执行。</p>\
                <p>请拨打<b data-read-as='telephone'>12345</b>咨询。</p>";
    let document = extract(html, None, &ExtractOptions::default()).expect("it can be read");
    let last = document.blocks.len() - 1;
    let said = |lexicons: Vec<Lexicon>| {
        let lexicons = lexicons.into_iter().map(std::sync::Arc::new);
        let script = FRONT_END
            .with_lexicons(lexicons)
            .script(&document, &ScriptOptions::default());
        script
            .utterances
            .last()
            .expect("there are some")
            .spoken
            .clone()
    };
    let amount = Change::Number(NumberKind::Amount);
    let mut everywhere = Lexicon::default();
    everywhere.change("12345", &amount).unwrap();
    assert_eq!(said(vec![everywhere]), "请拨打幺二三四五咨询。");
    let texts: Vec<&str> = document
        .blocks
        .iter()
        .map(|block| block.text.as_str())
        .collect();
    let mut here = Lexicon::default();
    let anchor = Anchor::of(&texts, last, 3..8).unwrap();
    here.change_at("12345", &anchor, &amount, 0).unwrap();
    assert_eq!(said(vec![here]), "请拨打一万二千三百四十五咨询。");
}

#[test]
fn a_correction_may_ask_for_an_exact_pause_too() {
    let mut lexicon = Lexicon::default();
    let pause = Change::Pause(PauseChange::Exactly(1234));
    lexicon.change("取号", &pause).unwrap();
    let utterances = FRONT_END
        .with_lexicon(lexicon)
        .explain("请先取号再到窗口办理。");
    assert_eq!(
        (utterances[0].text.as_str(), utterances[0].pause_ms),
        ("请先取号", 1234)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_markup_loses_a_word_or_leaves_the_text(
        parts in prop::collection::vec(("[张乐亭长0-9A-Z，。《》 ]{0,8}", 0usize..10), 1..12)
    ) {
        let body: String = parts.iter().map(|(text, kind)| match kind {
            0 => format!("<s>{text}</s>"),
            1 => format!("<p>{text}</p>"),
            2 => format!("{text}<break time='300ms'/>"),
            3 => format!("<prosody rate='90%'>{text}</prosody>"),
            4 => format!("<say-as interpret-as='telephone'>{text}</say-as>"),
            5 => format!("<say-as interpret-as='characters'>{text}</say-as>"),
            6 => format!("<prosody rate='fast'><s>{text}</s><mark name='m'/></prosody>"),
            7 => format!("<phoneme alphabet='pinyin' ph='lao4 ting2'>{text}</phoneme>"),
            8 => format!("<break strength='none'/>{text}"),
            _ => text.clone(),
        }).collect();
        let document = ssml(&body);
        let script = script(&document);
        for utterance in &script.utterances {
            let span = utterance.span.expect("it stands in the text");
            let text = document.blocks[span.block].text.chars();
            let own: String = text.skip(span.start).take(span.end - span.start).collect();
            prop_assert_eq!(&own, &utterance.text);
            prop_assert!(!utterance.syllables.is_empty());
        }
        for (index, block) in document.blocks.iter().enumerate() {
            let own = script.utterances.iter().filter(|one| one.span.is_some_and(|span| span.block == index));
            let syllables: Vec<_> = own.flat_map(|one| &one.syllables).collect();
            for (at, c) in block.text.chars().enumerate() {
                let is_said = syllables.iter().any(|one| (one.start..one.end).contains(&at));
                prop_assert!(is_said || !c.is_alphanumeric(), "{} of {} in {}", c, block.text, body);
            }
        }
    }
}
