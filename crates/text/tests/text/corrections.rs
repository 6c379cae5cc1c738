//! What is changed where a word stands: everywhere, or at one place of a document.

use std::sync::Arc;

use langdu_model::{Block, BlockKind, Document};
use langdu_testkit::text::{FRONT_END, check_utterances};
use langdu_text::{
    Anchor, Change, FrontEnd, Lexicon, NumberKind, PauseChange, ScriptOptions, Utterance,
};

fn with(changes: &[(&str, Change)]) -> FrontEnd {
    let mut lexicon = Lexicon::default();
    for (word, change) in changes {
        lexicon.change(word, change).expect("it can be changed so");
    }
    FRONT_END.with_lexicon(lexicon)
}

fn pronounce(pinyin: &str) -> Change {
    Change::Pronounce(pinyin.to_owned())
}

fn spoken(front_end: &FrontEnd, text: &str) -> String {
    let utterances = front_end.explain(text);
    check_utterances(text, &utterances);
    utterances
        .iter()
        .map(|utterance| utterance.spoken.as_str())
        .collect()
}

fn pinyin(front_end: &FrontEnd, text: &str) -> Vec<String> {
    let utterances = front_end.explain(text);
    let syllables = utterances.iter().flat_map(|one| &one.syllables);
    syllables.map(|one| one.pinyin.to_string()).collect()
}

fn document(paragraphs: &[&str]) -> Document {
    let blocks = paragraphs.iter().map(|text| Block {
        kind: BlockKind::Paragraph,
        text: (*text).to_owned(),
        path: String::new(),
        recognised: None,
    });
    Document {
        blocks: blocks.collect(),
        ..Document::default()
    }
}

/// A change at the `place`th 长 of a document's block.
fn at(document: &Document, block: usize, start: usize, change: &Change) -> Lexicon {
    let texts: Vec<&str> = document
        .blocks
        .iter()
        .map(|one| one.text.as_str())
        .collect();
    let anchor = Anchor::of(&texts, block, start..start + 1).expect("it stands there");
    let word: String = texts[block].chars().skip(start).take(1).collect();
    let mut lexicon = Lexicon::default();
    lexicon
        .change_at(&word, &anchor, change, 7)
        .expect("it can be changed");
    lexicon
}

#[test]
fn each_change_is_heard_where_its_word_stands() {
    for (word, change, text, wanted) in [
        (
            "1203",
            Change::Number(NumberKind::Account),
            "到窗口1203取号。",
            "到窗口幺二零三取号。",
        ),
        (
            "1203",
            Change::Number(NumberKind::Amount),
            "编号：1203",
            "编号：一千二百零三",
        ),
        (
            "五险一金",
            Change::Say("五项保险和公积金".into()),
            "缴五险一金。",
            "缴五项保险和公积金。",
        ),
        (
            "（试行）",
            Change::Skip,
            "办法（试行）已经印发。",
            "办法已经印发。",
        ),
    ] {
        assert_eq!(spoken(&with(&[(word, change)]), text), wanted);
    }
    let front_end = with(&[("乐亭", pronounce("lao4 ting2")), ("单雄", Change::Name)]);
    assert_eq!(pinyin(&front_end, "到乐亭县")[1..3], ["lao4", "ting2"]);
    assert_eq!(pinyin(&front_end, "请单雄办理")[1], "shan4");
}

#[test]
fn a_pause_is_longer_shorter_or_none() {
    let text = "申请人应当提交材料，工作人员当场审核。决定另行公布。";
    let plain = FRONT_END.explain(text);
    let before_the_last = |utterances: &[Utterance]| {
        let last = utterances
            .iter()
            .position(|one| one.text.starts_with("决定"));
        utterances[last.expect("it follows") - 1].pause_ms
    };
    let sentence_ms = before_the_last(&plain);
    let pauses = |word: &str, change: PauseChange| {
        let front_end = with(&[(word, Change::Pause(change))]);
        (spoken(&front_end, text), front_end.explain(text))
    };
    let (said, _) = pauses("材料", PauseChange::None);
    assert_eq!(said, "申请人应当提交材料工作人员当场审核。决定另行公布。");
    let (said, _) = pauses("材料", PauseChange::Shorter);
    assert_eq!(said, "申请人应当提交材料、工作人员当场审核。决定另行公布。");
    let (said, utterances) = pauses("材料", PauseChange::Longer);
    assert_eq!(said, "申请人应当提交材料；工作人员当场审核。决定另行公布。");
    assert!(utterances.len() > plain.len());
    let (said, _) = pauses("申请人", PauseChange::Longer);
    assert_eq!(
        said,
        "申请人，应当提交材料，工作人员当场审核。决定另行公布。"
    );
    for (change, wanted) in [
        (PauseChange::None, 0),
        (PauseChange::Shorter, sentence_ms / 2),
        (PauseChange::Longer, sentence_ms * 2),
    ] {
        let (said, utterances) = pauses("审核", change);
        assert_eq!(said, text);
        assert_eq!(before_the_last(&utterances), wanted);
    }
}

#[test]
fn the_narrower_scope_holds_and_pauses_are_a_matter_of_their_own() {
    let mut everywhere = Lexicon::default();
    everywhere
        .change("乐亭", &pronounce("le4 ting2"))
        .expect("two syllables");
    let pause = Change::Pause(PauseChange::Longer);
    everywhere.change("乐亭", &pause).expect("a pause");
    let mut portal = Lexicon::default();
    portal
        .change("乐亭县", &pronounce("lao4 ting2 xian4"))
        .expect("three");
    let front_end = FRONT_END.with_lexicons([Arc::new(portal), Arc::new(everywhere)]);
    let said = front_end.explain("在乐亭县，也在乐亭，都有。");
    let of = |index: usize| said[0].syllables[index].pinyin.to_string();
    assert_eq!(of(1), "lao4");
    assert_eq!(
        front_end.explain("也在乐亭办")[0].syllables[2].pinyin,
        "le4"
    );
    assert_eq!(front_end.explain("也在乐亭办")[0].spoken, "也在乐亭，办");
}

#[test]
fn a_place_is_found_again_after_an_edit_elsewhere_and_is_lost_where_it_is_gone() {
    let first = document(&["校长说，长度要够。", "增长很快，长此以往。"]);
    let lexicon = Arc::new(at(&first, 1, 5, &pronounce("zhang3")));
    let front_end = FRONT_END.with_lexicons([lexicon]);
    let said = |document: &Document| {
        let script = front_end.script(document, &ScriptOptions::default());
        let syllables = script.utterances.iter().flat_map(|one| &one.syllables);
        let long = syllables.filter(|one| one.hanzi == "长");
        long.map(|one| one.pinyin.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(said(&first), ["zhang3", "chang2", "zhang3", "zhang3"]);
    assert!(front_end.lost_anchors(&first).is_empty());
    let edited = document(&["新的一段，长度不限。", "增长很快，长此以往。", "又一段。"]);
    assert_eq!(said(&edited), ["chang2", "zhang3", "zhang3"]);
    assert!(front_end.lost_anchors(&edited).is_empty());
    let gone = document(&["增长很快，长久以往。"]);
    assert_eq!(said(&gone), ["zhang3", "chang2"]);
    assert_eq!(front_end.lost_anchors(&gone), [7]);
    let twice = document(&["增长很快，长此以往。", "增长很快，长此以往。"]);
    assert_eq!(said(&twice), ["zhang3", "chang2", "zhang3", "chang2"]);
    assert_eq!(front_end.lost_anchors(&twice), [7], "nobody knows which");
}

#[test]
fn places_that_look_alike_are_told_apart_by_their_order() {
    let alike = document(&["长街。", "长街。", "长街。"]);
    let lexicon = Arc::new(at(&alike, 1, 0, &pronounce("zhang3")));
    let front_end = FRONT_END.with_lexicons([lexicon]);
    let script = front_end.script(&alike, &ScriptOptions::default());
    let said: Vec<&str> = script
        .utterances
        .iter()
        .map(|one| one.syllables[0].pinyin.as_ref())
        .collect();
    assert_eq!(said, ["chang2", "zhang3", "chang2"]);
}
