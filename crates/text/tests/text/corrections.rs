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

#[test]
fn ten_thousand_corrections_are_no_part_of_the_time() {
    let mut many = Lexicon::default();
    let common: Vec<char> = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严龙".chars().collect();
    let mut added = 0;
    'words: for one in &common {
        for other in &common {
            let word: String = [*one, *other].iter().collect();
            many.change(&word, &Change::Pause(PauseChange::Shorter))
                .expect("a pause");
            added += 1;
            if added == 5000 {
                break 'words;
            }
        }
    }
    for (number, one) in common.iter().enumerate() {
        for other in common.iter().skip(number).take(12) {
            let word = format!("{one}{other}镇村委");
            many.change(&word, &pronounce("a1 a1 zhen4 cun1 wei3"))
                .expect("five");
        }
    }
    assert!(many.len() >= 10_000, "{}", many.len());
    let text = "自治区人民政府办公厅关于切实解决老年人运用智能技术困难的实施方案，请结合实际认真组织实施。".repeat(40);
    let seconds = |front_end: &FrontEnd| {
        let least = (0..3).map(|_| {
            let start = std::time::Instant::now();
            assert!(!front_end.explain(&text).is_empty());
            start.elapsed().as_secs_f64()
        });
        least.fold(f64::INFINITY, f64::min)
    };
    let with_count = many.len();
    let with_many = FRONT_END.with_lexicon(many);
    let (plain, corrected) = (seconds(&FRONT_END), seconds(&with_many));
    println!(
        "with {} corrections {:+.1} % of the time",
        with_count,
        (corrected / plain - 1.0) * 100.0
    );
    // The promise is 5 %; a busy machine is allowed more, and a search that grows with the corrections takes many
    // times as long.
    assert!(
        corrected < 1.5 * plain,
        "{plain} s, with corrections {corrected} s"
    );
}
