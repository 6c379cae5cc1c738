//! Documents as they will be spoken: tables, pauses, the lexicon, spans, the length of utterances.

use std::sync::{Arc, LazyLock};

use langdu_document::{Block, BlockKind, Document, Footnote, Table, TableCell, TableRow};
use langdu_text::{
    EnglishWords, FrontEnd, GoesOn, Lexicon, Pauses, ScriptOptions, Utterance, explain_json,
};

static FRONT_END: LazyLock<FrontEnd> = LazyLock::new(FrontEnd::new);

fn block(kind: BlockKind, text: &str) -> Block {
    Block {
        kind,
        text: text.to_owned(),
        path: String::new(),
        recognised: None,
    }
}

fn script(blocks: Vec<Block>) -> Vec<Utterance> {
    let document = Document {
        blocks,
        ..Document::default()
    };
    FRONT_END
        .script(&document, &ScriptOptions::default())
        .utterances
}

/// A table of two columns with a header row, `rows` rows long.
fn table(rows: usize) -> Block {
    let mut text = String::from("事项\t金额");
    let mut table = Table::default();
    for _ in 0..rows {
        let start = text.chars().count() + 1;
        text.push_str("\n高龄津贴\t100元");
        table.rows.push(TableRow {
            cells: vec![
                TableCell {
                    text: start..start + 4,
                    header: Some(0..2),
                    group: None,
                },
                TableCell {
                    text: start + 5..start + 9,
                    header: Some(3..5),
                    group: None,
                },
            ],
        });
    }
    block(BlockKind::Table(table), &text)
}

#[test]
fn what_is_missing_is_announced_in_words_that_the_page_does_not_hold() {
    let said = script(vec![block(
        BlockKind::Notice,
        "第2页是图片，上面的文字无法朗读。",
    )]);
    assert!(!said.is_empty());
    assert!(said.iter().all(|own| own.generated && own.span.is_none()));
    assert!(said[0].spoken.starts_with("第二页是图片"), "{:?}", said[0]);
}

#[test]
fn a_header_above_headers_is_said_before_the_first_of_them() {
    let text = "街道\t上年\n份数\t人数\n城东\t12\t36";
    let cell = |from: usize, header: usize, group| TableCell {
        text: from..from + 2,
        header: Some(header..header + 2),
        group,
    };
    let spoken = |group: Option<std::ops::Range<usize>>| -> Vec<String> {
        let table = Table {
            rows: vec![TableRow {
                cells: vec![cell(15, 6, group.clone()), cell(18, 9, group)],
            }],
        };
        let said = script(vec![block(BlockKind::Table(table), text)]);
        said.into_iter().map(|own| own.text).collect()
    };
    assert_eq!(spoken(Some(3..5)), ["上年", "份数", "12", "人数", "36"]);
    assert_eq!(spoken(None), ["份数", "12", "人数", "36"]);
}

#[test]
fn words_of_ours_and_numbers_of_lists_are_spoken_without_a_span() {
    let item = BlockKind::ListItem {
        level: 1,
        marker: Some("3.".to_owned()),
    };
    let said = script(vec![
        block(BlockKind::Title, "关于办证材料的通知"),
        block(BlockKind::Notice, "本页内容为图片，没有文字说明。"),
        block(item, "户口簿和身份证。"),
    ]);
    let generated: Vec<(&str, bool)> = said
        .iter()
        .map(|utterance| (utterance.text.as_str(), utterance.generated))
        .collect();
    assert_eq!(generated[0], ("关于办证材料的通知", false));
    assert_eq!(generated[generated.len() - 2], ("3.", true));
    assert_eq!(generated[generated.len() - 1], ("户口簿和身份证。", false));
    assert!(
        generated[1..generated.len() - 1]
            .iter()
            .all(|(_, ours)| *ours)
    );
    assert!(
        said.iter()
            .all(|utterance| utterance.generated == utterance.span.is_none())
    );
    assert!(said[said.len() - 2].spoken.starts_with('三'));
}

#[test]
fn the_mark_of_a_footnote_is_not_spoken_and_moves_no_span() {
    let text = "按照规定[1]，补贴每人每月200元[2]。";
    let document = Document {
        blocks: vec![
            block(BlockKind::Paragraph, text),
            block(BlockKind::Paragraph, "[1]规定见附件。"),
        ],
        footnotes: vec![
            Footnote {
                name: "[1]".to_owned(),
                href: None,
                block: 0,
                range: 4..7,
                note: 1,
            },
            Footnote {
                name: "[2]".to_owned(),
                href: None,
                block: 0,
                range: 18..21,
                note: 1,
            },
        ],
        ..Document::default()
    };
    let utterances = FRONT_END
        .script(&document, &ScriptOptions::default())
        .utterances;
    let first: Vec<&Utterance> = utterances
        .iter()
        .filter(|utterance| utterance.span.is_some_and(|span| span.block == 0))
        .collect();
    let spoken: String = first.iter().map(|u| u.spoken.as_str()).collect();
    let letters: String = spoken.chars().filter(|c| c.is_alphanumeric()).collect();
    assert_eq!(letters, "按照规定补贴每人每月二百元");
    let source: String = first.iter().map(|u| u.text.as_str()).collect();
    assert_eq!(source, text, "the text is what stands on the page");
    let last = first.last().expect("there is one").syllables.last();
    let last = last.expect("it has syllables");
    assert_eq!((last.start, last.end), (17, 18), "元");
}

#[test]
fn what_the_page_writes_above_a_word_sets_its_pronunciation_and_is_not_spoken() {
    let html = "<h1>关于浚县和莘村的通知</h1>\
        <p><ruby>莘<rp>(</rp><rt>xīn</rt><rp>)</rp></ruby>村的干部到会，现将有关事项通知如下。</p>\
        <p>莘村位于县城以北，<ruby>行<rt>háng</rt></ruby>唐镇的代表也到会。</p>\
        <table><tr><th>村名</th><th>人口</th></tr><tr><td>莘村</td><td>300</td></tr></table>\
        <p><ruby>儿<rt>ér</rt>童<rt>tóng</rt>长<rt>zhǎng</rt>于<rt>yú</rt>乡<rt>xiāng</rt>间<rt>jiān</rt></ruby>。</p>";
    let options = langdu_document::ExtractOptions::default();
    let document = langdu_document::extract(html, None, &options).expect("readable");
    let said = FRONT_END.script(&document, &ScriptOptions::default());
    let syllables: Vec<(&str, &str)> = (said.utterances.iter())
        .flat_map(|utterance| &utterance.syllables)
        .map(|syllable| (&*syllable.hanzi, &*syllable.pinyin))
        .collect();
    let of = |hanzi: &str| -> Vec<&str> {
        let own = syllables.iter().filter(|(other, _)| *other == hanzi);
        own.map(|(_, pinyin)| *pinyin).collect()
    };
    assert_eq!(
        of("莘"),
        ["xin1"; 4],
        "in the title, twice in the text and in the table"
    );
    assert_eq!(of("行"), ["hang2"]);
    assert_eq!(of("长"), ["zhang3"]);
    assert!(
        syllables.iter().all(|(hanzi, _)| !hanzi.is_ascii()),
        "{syllables:?}"
    );
}

#[test]
fn a_table_is_read_by_rows_with_the_header_before_each_cell() {
    let utterances = script(vec![table(1)]);
    let spoken: Vec<&str> = utterances.iter().map(|u| u.spoken.as_str()).collect();
    assert_eq!(spoken, ["事项", "高龄津贴", "金额", "一百元"]);
    assert!(utterances.iter().all(|utterance| utterance.span.is_some()));
    let span = utterances[3].span.expect("a cell stands in the block");
    assert_eq!((span.start, span.end), (11, 15));
}

#[test]
fn the_rows_of_a_long_table_are_announced_in_words_of_ours() {
    let utterances = script(vec![table(12)]);
    assert_eq!(utterances[0].spoken, "表格，共十二行。");
    assert!(utterances[0].generated && utterances[0].span.is_none());
    assert!(!utterances[1].generated);
    assert!(
        script(vec![table(3)])
            .iter()
            .all(|utterance| !utterance.generated)
    );
}

#[test]
fn pauses_grow_from_clause_to_title() {
    let long = "各级行政机关要着力解决群众反映强烈的突出问题，不得增设任何前置条件，切实保障老年人的合法权益。请遵照执行。";
    let utterances = script(vec![
        block(BlockKind::Title, "关于做好服务工作的通知"),
        block(BlockKind::Paragraph, long),
    ]);
    let found: Vec<u32> = utterances
        .iter()
        .map(|utterance| utterance.pause_ms)
        .collect();
    let pauses = Pauses::default();
    assert_eq!(found.first(), Some(&pauses.title_ms));
    assert_eq!(found.last(), Some(&pauses.paragraph_ms));
    assert!(found.contains(&pauses.clause_ms) && found.contains(&pauses.sentence_ms));
    assert!(pauses.clause_ms < pauses.sentence_ms);
    assert!(pauses.sentence_ms < pauses.paragraph_ms);
    assert!(pauses.paragraph_ms < pauses.title_ms);
}

#[test]
fn the_first_utterance_is_short_and_none_is_long() {
    let text = "为进一步做好老年人服务，各地区、各部门要认真贯彻落实党中央、国务院决策部署，坚持以人民为中心的发展思想，加快完善社会保障、养老服务和健康支撑体系，努力让老年人共享改革发展成果。";
    let utterances = FRONT_END.explain(text);
    assert_eq!(utterances[0].text, "为进一步做好老年人服务，");
    for utterance in &utterances {
        assert!(
            (2..=32).contains(&utterance.syllables.len()),
            "{}",
            utterance.text
        );
    }
    let whole: String = utterances
        .iter()
        .map(|utterance| utterance.text.as_str())
        .collect();
    assert_eq!(whole, text);
}

#[test]
fn a_lexicon_comes_before_everything() {
    let lexicon = Lexicon::parse("乐亭\tyue4 ting2\n五险一金\t五种保险").expect("two lines");
    let utterances = FRONT_END.with_lexicon(lexicon).explain("乐亭县缴五险一金");
    assert_eq!(utterances[0].spoken, "乐亭县缴五种保险");
    assert_eq!(utterances[0].syllables[0].pinyin, "yue4");
    let replaced = utterances[0].syllables.last().expect("a syllable");
    assert_eq!((replaced.start, replaced.end), (4, 8));
}

#[test]
fn spans_count_scalars_and_utf16_units() {
    let utterances = FRONT_END.explain("𠮷😀你好");
    let span = utterances[0].span.expect("a line's utterances stand in it");
    assert_eq!((span.start, span.end), (0, 4));
    assert_eq!((span.start_utf16, span.end_utf16), (0, 6));
}

#[test]
fn third_tones_are_fed_by_dictionary_and_yi_bu_as_spoken() {
    let utterances = FRONT_END.explain("管理不是一定");
    assert_eq!(utterances[0].phonemes, "kwa↓nli↓ pu↗ʂɨ↘ i↗ti↘ŋ");
    assert_eq!(utterances[0].syllables[0].surface, "guan2");
}

struct Voice;

impl EnglishWords for Voice {
    fn phonemes(&self, word: &str) -> Option<String> {
        (word == "policy").then(|| "pˈɑːlɪsi".to_owned())
    }
}

#[test]
fn english_words_come_from_the_voice_and_else_are_spelled() {
    let front_end = FRONT_END.with_english(Arc::new(Voice));
    assert_eq!(front_end.explain("Policy")[0].phonemes, "pʰˈɑlɪsi");
    let spelled = &front_end.explain("Pogicy")[0];
    assert_eq!(spelled.syllables[0].hanzi, "Pogicy");
    assert!(
        spelled.phonemes.starts_with("pʰˈi ˈO"),
        "{}",
        spelled.phonemes
    );
}

#[test]
fn explain_json_has_exactly_the_fields_of_the_contract() {
    let text = "增长5%";
    let json = explain_json(text, &FRONT_END.explain(text));
    let keys = |value: &serde_json::Value| -> Vec<String> {
        value
            .as_object()
            .map(|map| map.keys().cloned().collect())
            .unwrap_or_default()
    };
    assert_eq!(keys(&json), ["spoken", "text", "utterances"]);
    let utterance = &json["utterances"][0];
    assert_eq!(
        keys(utterance),
        ["pause_ms", "phonemes", "spoken", "syllables", "text"]
    );
    assert_eq!(
        utterance["syllables"][2],
        serde_json::json!({"hanzi": "百", "pinyin": "bai3", "surface": "bai3", "start": 2, "end": 4})
    );
}

#[test]
fn a_reader_breathes_before_the_second_of_two_days() {
    let clause = "协议自二零二一年十一月二十五日至二零二四年十二月二十八日";
    let said = script(vec![block(
        BlockKind::Paragraph,
        &format!("说明如下。{clause}"),
    )]);
    let long = said.iter().find(|utterance| utterance.text == clause);
    let phonemes = &long.expect("the clause is one utterance").phonemes;
    assert!(phonemes.contains(", ꭧɨ↘ ɚ↘li↗ŋɚ↘ sɨ↘"), "{phonemes}");
}

#[test]
fn a_title_that_begins_a_document_breathes_before_its_subject() {
    let title = "青禾市人民政府办公室关于印发老年人助餐服务工作方案的通知";
    let said = script(vec![block(BlockKind::Title, title)]);
    assert_eq!(said[0].text, "青禾市人民政府办公室");
    assert_eq!(said[1].text, "关于印发老年人助餐服务工作方案的通知");
    assert_eq!(said[1].pause_ms, Pauses::default().title_ms);
}

#[test]
fn a_long_first_clause_is_cut_where_a_phrase_begins() {
    let cases = [
        (
            "全区年满七十周岁的居民可以免费办理敬老卡。",
            "全区年满七十周岁的居民",
        ),
        (
            "居家养老服务补贴标准为每人每月三百元。",
            "居家养老服务补贴标准",
        ),
        (
            "今年全市参加医疗保险的人数达到九百万人。",
            "今年全市参加医疗保险的人数",
        ),
        // Two function words in a row belong together.
        ("符合条件的单位也可以在网上提交申请材料。", "符合条件的单位"),
        // A short clause has its own mark.
        (
            "为方便群众办事，各窗口应当在周末开放半天。",
            "为方便群众办事，",
        ),
        // What stands in brackets or quotes stays whole.
        (
            "《老年人权益保障和社会优待办法》公布后各地陆续开始执行。",
            "《老年人权益保障和社会优待办法》",
        ),
    ];
    for (text, first) in cases {
        let said = script(vec![block(BlockKind::Paragraph, text)]);
        assert_eq!(said[0].text, first);
        let whole: String = said.iter().map(|u| u.text.as_str()).collect();
        assert_eq!(whole, text);
    }
}

#[test]
fn the_voice_stays_up_where_a_clause_is_cut_and_pauses_where_that_is_heard() {
    let text = "居家养老服务补贴标准为每人每月三百元。";
    let said = script(vec![block(BlockKind::Paragraph, text)]);
    assert!(said[0].phonemes.ends_with(','), "{}", said[0].phonemes);
    // 为 begins with its vowel.
    assert_eq!(said[0].pause_ms, Pauses::default().enumeration_ms);
    assert_eq!(said[0].goes_on, GoesOn::AfterMark);
    assert_eq!(said[1].goes_on, GoesOn::No);
    assert!(said[1].phonemes.ends_with('.'), "{}", said[1].phonemes);
}

#[test]
fn a_cut_without_a_mark_comes_before_a_stop_or_is_a_pause() {
    let texts = [
        "每一位年满六十周岁的老年人按规定享受免费乘车和免费入园的待遇以及每年一次的免费体检。",
        "我们要进一步弘扬尊老敬老爱老的优良传统让每一位老年人安享晚年生活并且为他们排忧解难。",
        "为方便老年人办事，市政务服务中心设立了长者专区并配备了放大镜和轮椅以及急救箱，\
         还安排志愿者一对一帮助老年人填写表格核对材料预约窗口直到事项全部办理完毕为止。",
        "全市范围内以养老服务为业务内容的法人或者非法人组织应于每年六月以前向所在县区报送信息。",
    ];
    let mut cut = 0;
    for text in texts {
        let said = script(vec![block(BlockKind::Paragraph, text)]);
        for (utterance, next) in said.iter().zip(&said[1..]) {
            if utterance.text.ends_with(['，', '。']) {
                continue;
            }
            cut += 1;
            let stops = next.phonemes.starts_with(['p', 't', 'k', 'ʨ', 'ꭧ', 'ʦ']);
            let (goes_on, pause_ms) = if stops {
                (GoesOn::WithoutMark, 0)
            } else {
                (GoesOn::AfterMark, 140)
            };
            let found = (utterance.goes_on, utterance.pause_ms);
            assert_eq!(found, (goes_on, pause_ms), "{utterance:?} {next:?}");
            assert!(utterance.phonemes.ends_with(','), "{utterance:?}");
        }
    }
    assert!(cut >= 4, "{cut}");
}

/// The lengths of what is said between two marks, in syllables.
fn between_marks(said: &[Utterance]) -> Vec<usize> {
    let mut lengths = vec![0];
    for utterance in said {
        let mut at = 0;
        for syllable in &utterance.syllables {
            let between: Vec<char> = utterance.phonemes.chars().collect();
            if between[at..syllable.phonemes.start]
                .iter()
                .any(|c| ",.:".contains(*c))
            {
                lengths.push(0);
            }
            at = syllable.phonemes.end;
            *lengths.last_mut().unwrap() += 1;
        }
        lengths.push(0);
    }
    lengths.retain(|&length| length > 0);
    lengths
}

#[test]
fn long_numbers_are_said_in_groups_of_three_or_four() {
    for (text, expected) in [
        ("电话：13912345678。", vec![2, 3, 4, 4]),
        ("电话：0791-86543210。", vec![2, 4, 4, 4]),
        ("电话：86543210。", vec![2, 4, 4]),
        // A hotline is said in one go.
        ("请拨打12345。", vec![8]),
        ("2026年。", vec![5]),
    ] {
        let said = script(vec![block(BlockKind::Paragraph, text)]);
        assert_eq!(between_marks(&said), expected, "{text}: {said:?}");
    }
}

#[test]
fn numbers_are_said_in_one_go_where_groups_are_switched_off() {
    let options = ScriptOptions {
        digit_groups: false,
        ..ScriptOptions::default()
    };
    let document = Document {
        blocks: vec![block(BlockKind::Paragraph, "电话：13912345678。")],
        ..Document::default()
    };
    let said = FRONT_END.script(&document, &options).utterances;
    assert_eq!(between_marks(&said), [2, 11]);
}

#[test]
fn a_heading_is_set_apart_from_what_precedes_it() {
    let blocks = vec![
        block(BlockKind::Paragraph, "各单位要认真落实。"),
        block(BlockKind::Heading { level: 1 }, "二、主要任务"),
        block(BlockKind::Paragraph, "一是加强宣传。"),
    ];
    let pauses: Vec<u32> = script(blocks).iter().map(|u| u.pause_ms).collect();
    let defaults = Pauses::default();
    assert_eq!(pauses[0], defaults.before_heading_ms);
    assert!(defaults.before_heading_ms > defaults.paragraph_ms);
    assert!(pauses.contains(&defaults.heading_ms));
}

#[test]
fn the_second_utterance_can_be_made_while_the_first_is_heard() {
    let text = "为方便老年人办事，市政务服务中心设立了长者专区并配备了放大镜和轮椅以及急救箱，\
                每天安排专人在大厅门口引导老年人取号排队和填写表格。";
    let said = script(vec![block(BlockKind::Paragraph, text)]);
    let lengths: Vec<usize> = said.iter().map(|u| u.syllables.len()).collect();
    assert!(lengths[1] <= lengths[0] * 5, "{lengths:?}");
}

#[test]
fn a_suffix_er_is_light_and_joined_and_a_child_is_neither() {
    for (text, surface, end) in [
        ("请等一会儿", "er5", "xwei↘ɚ"),
        ("种花儿", "er5", "xwa→ɚ"),
        ("抚养女儿", "er2", "ny↓ɚ↗"),
        ("关爱少儿", "er2", "ʂau↘ɚ↗"),
    ] {
        let said = &FRONT_END.explain(text)[0];
        let last = said.syllables.last().expect("it has syllables");
        assert_eq!((&*last.hanzi, &*last.surface), ("儿", surface));
        assert!(said.phonemes.ends_with(end), "{text}: {}", said.phonemes);
    }
}

#[test]
fn a_light_syllable_keeps_its_dictionary_tone_and_is_fed_as_spoken() {
    let said = &FRONT_END.explain("老年朋友")[0];
    let last = said.syllables.last().expect("it has syllables");
    assert_eq!((&*last.pinyin, &*last.surface), ("you3", "you5"));
    assert!(said.phonemes.ends_with("pʰə↗ŋjou"), "{}", said.phonemes);
}

#[test]
fn more_digits_than_a_quantity_has_are_each_said_from_their_own_place() {
    let number = "90817263549081726354";
    let said = &FRONT_END.explain(number)[0];
    let places: Vec<(usize, usize)> = said.syllables.iter().map(|s| (s.start, s.end)).collect();
    let one_by_one: Vec<(usize, usize)> = (0..number.len()).map(|at| (at, at + 1)).collect();
    assert_eq!(places, one_by_one);
}

#[test]
fn four_digits_of_a_price_are_said_together_from_all_of_them() {
    let said = &FRONT_END.explain("1234元")[0];
    assert!(
        said.syllables[..said.syllables.len() - 1]
            .iter()
            .all(|s| (s.start, s.end) == (0, 4))
    );
}

#[test]
fn a_sentence_that_is_cut_at_an_enumeration_pauses_less_than_at_a_comma() {
    let things = "身份证、户口簿、结婚证、收入证明、住房证明、银行流水、纳税证明、社保记录、就业登记、失业证明";
    let text = format!("申请人要交的材料有{things}，并且都要带原件。");
    let options = ScriptOptions {
        pauses: Pauses {
            enumeration_ms: 90,
            clause_ms: 210,
            ..Pauses::default()
        },
        ..ScriptOptions::default()
    };
    let document = Document {
        blocks: vec![block(BlockKind::Paragraph, &text)],
        ..Document::default()
    };
    let said = FRONT_END.script(&document, &options).utterances;
    let after = |mark: char| {
        let found: Vec<u32> = said
            .iter()
            .filter(|utterance| utterance.text.ends_with(mark))
            .map(|utterance| utterance.pause_ms)
            .collect();
        found
    };
    assert!(
        !after('、').is_empty() && after('、').iter().all(|&pause| pause == 90),
        "{said:?}"
    );
    assert!(after('，').iter().all(|&pause| pause == 210), "{said:?}");
}
