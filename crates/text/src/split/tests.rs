use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::FrontEnd;
use crate::lexicon::Matches;

static FRONT_END: LazyLock<FrontEnd> = LazyLock::new(FrontEnd::new);

/// Policy prose with long sentences, quotes, brackets, lists and no marks at all.
const PROSE: &[&str] = &[
    "各地区、各部门要加强组织领导，压实工作责任，细化政策措施，把老年人的急难愁盼放在心上，",
    "切实解决“不会用、不敢用、用不了”等问题",
    "（含外国驻华机构、外国常驻新闻机构和各类企业事业单位）",
    "按照《国务院办公厅印发关于切实解决老年人运用智能技术困难实施方案的通知》要求，",
    "自2025年1月1日起至2027年12月31日止，符合条件的家庭每月领取1500元至2000元；",
    "经市人民政府第二十三次常务会议审议通过现印发给你们请结合本地本部门实际认真组织实施并于每季度末报送进展情况",
    "申请人应当提交下列材料：身份证、户口簿、结婚证、收入证明、住房证明、银行流水、",
    "GB/T 37668—2019《信息技术 互联网内容无障碍可访问性技术要求与测试方法》",
    "。",
    "？",
    "……",
    "咨询电话：12345、010-12345678转8001。",
];

fn items(text: &str) -> Vec<Item> {
    let text: Vec<char> = text.chars().collect();
    FRONT_END.items(&text, Matches::default(), Vec::new(), None)
}

/// Whether a reader can stop before the item.
fn opens_word(item: &Item) -> bool {
    match item.kind {
        ItemKind::Syllable { starts_word, .. } => starts_word,
        ItemKind::Letter(_) | ItemKind::Word { .. } | ItemKind::Mark(_) => true,
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let items = items(text);
    let found = utterances(&items, true, FRONT_END.dictionary().segmenter());
    let mut next = 0;
    for range in &found {
        let silent = items[next..range.start]
            .iter()
            .all(|item| !item.is_spoken());
        prop_assert!(silent, "{text}: nothing spoken is left out");
        next = range.end;
        let said = &items[range.clone()];
        // The marks at its end are one pause, which is counted apart.
        let spoken_end = said
            .iter()
            .rposition(Item::is_spoken)
            .map_or(0, |last| last + 1);
        let spoken = length(&said[..spoken_end]);
        prop_assert!(spoken <= LONGEST, "{text}: {spoken}");
        let phonemes: usize = said.iter().map(Item::phoneme_count).sum();
        prop_assert!(phonemes <= MOST_PHONEMES + 2, "{text}: {phonemes}");
        prop_assert!(opens_word(&said[0]), "{text}: cut inside a word");
    }
    prop_assert!(items[next..].iter().all(|item| !item.is_spoken()));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_utterance_is_too_long_or_opens_inside_a_word(
        parts in prop::collection::vec(prop::sample::select(PROSE), 1..12)
    ) {
        check(&parts.concat())?;
    }
}

#[test]
fn a_quote_is_left_whole_where_the_sentence_has_a_place_to_breathe_outside() {
    for (text, quote) in [
        (
            "各级行政机关要聚焦涉及老年人的高频事项和服务场景，切实解决“不会用、不敢用、用不了”的突出问题，不断提高服务水平。",
            "“不会用、不敢用、用不了”",
        ),
        (
            "本办法适用于在本市行政区域内登记注册的各类用人单位（含外国驻华机构、外国常驻新闻机构），以及在本市就业的全部劳动者。",
            "（含外国驻华机构、外国常驻新闻机构）",
        ),
        (
            "为贯彻落实党中央、国务院决策部署，按照《关于切实解决老年人运用智能技术困难的实施方案》要求，现就有关事项通知如下。",
            "《关于切实解决老年人运用智能技术困难的实施方案》",
        ),
    ] {
        let found = FRONT_END.explain(text);
        assert!(found.len() > 1, "{text}");
        assert!(
            found.iter().any(|utterance| utterance.text.contains(quote)),
            "{:?}",
            found.iter().map(|u| &u.text).collect::<Vec<_>>()
        );
    }
}

#[test]
fn a_document_begins_with_a_breath_and_goes_on_with_a_clause() {
    for (text, first, second) in [
        (
            "本办法自2025年10月1日起施行，有效期为五年。",
            "本办法",
            "自2025年10月1日起施行，有效期为五年。",
        ),
        (
            "申请人应当在收到通知之日起15个工作日内提交材料。",
            "申请人",
            "应当在收到通知之日起15个工作日内提交材料。",
        ),
        (
            "近年来，随着我国互联网、大数据、人工智能等信息技术快速发展，服务得到应用。",
            "近年来，",
            "随着我国互联网、大数据、人工智能等信息技术快速发展，",
        ),
        (
            "市民可以通过手机预约，也可以到窗口现场取号。",
            "市民可以通过手机预约，",
            "也可以到窗口现场取号。",
        ),
    ] {
        let found = FRONT_END.explain(text);
        let texts: Vec<&str> = found.iter().map(|said| said.text.as_str()).collect();
        assert_eq!(texts.get(..2), Some([first, second].as_slice()), "{text}");
    }
}

#[test]
fn the_first_utterance_is_short_where_its_sentence_has_a_clause() {
    let text = PROSE[..6].concat();
    let first = utterances(&items(&text), true, FRONT_END.dictionary().segmenter())[0].clone();
    let said = length(&items(&text)[first]);
    assert!((FIRST_AT_LEAST..=LONGEST / 2.0).contains(&said), "{said}");
}

#[test]
fn a_bracket_inside_a_word_is_no_place_to_breathe() {
    let text = "各省、自治区、直辖市及新疆生产建设兵团的各有关主管部门和各市（地、州、盟）人民政府及其所属的各有关部门应当建立协调机制并报送名单";
    let whole = "各市（地、州、盟）人民政府";
    let found = FRONT_END.explain(text);
    assert!(found.len() > 1, "it is cut");
    let texts: Vec<&str> = found.iter().map(|said| said.text.as_str()).collect();
    assert!(texts.iter().any(|text| text.contains(whole)), "{texts:?}");
}

#[test]
fn a_mark_is_cut_at_rather_than_what_stands_behind_a_subject() {
    for (text, first) in [
        (
            "主持人：盐城是全国有名的湿地城市，也是候鸟的家园。",
            "主持人：",
        ),
        ("问者：盐城是全国有名的湿地城市，也是候鸟的家园。", "问者："),
        ("她说，自己已经报名参加志愿服务，下周就去社区。", "她说，"),
        ("如今，村里将建设三座文化礼堂，方便群众开展活动。", "如今，"),
        (
            "您好，我是城东街道的网格员周敏，请问有什么需要？",
            "您好，我是城东街道的网格员周敏，",
        ),
    ] {
        let found = FRONT_END.explain(text);
        assert_eq!(found[0].text, first, "{text}");
    }
}

#[test]
fn no_cut_tears_a_name_a_ratio_or_a_noun_from_its_attribute() {
    for (text, whole) in [
        (
            "全县最大的光伏发电及储能综合示范项目选址在临河镇石门村柳湾组三十六号地块",
            "石门村柳湾组",
        ),
        (
            "过货量连续五年增长的有满都拉口岸和甘其毛都口岸以及阿日哈沙特口岸等边境地区",
            "阿日哈沙特口岸",
        ),
        (
            "在我市城区内连续居住满一年且办理了失业登记并符合下列条件之一的劳动者",
            "办理了失业登记",
        ),
        (
            "二〇二四年全市三次产业结构比为十二点三七比四十一点五六比四十六点零七",
            "十二点三七比四十一点五六比四十六点零七",
        ),
        (
            "两名嫌疑人从外地乘车来到本市城郊多个小区门口伺机寻找老人以假扮熟人的方式骗取财物",
            "以假扮熟人的方式骗取财物",
        ),
        (
            "各校以深入开展青少年爱国主义读书活动和红色研学主题教育为契机丰富了校园文化生活内容",
            "主题教育",
        ),
    ] {
        let found = FRONT_END.explain(text);
        let texts: Vec<&str> = found.iter().map(|said| said.text.as_str()).collect();
        assert!(found.len() > 1, "{text} is cut");
        assert!(texts.iter().any(|text| text.contains(whole)), "{texts:?}");
    }
}
