//! Radicals as the characters they look like.
//!
//! Many fonts draw 方 and its radical ⽅ with one glyph, and what makes PDFs then often notes the
//! radical's code. The page shows 方 either way; only the code is another.

/// The characters of U+2F00 to U+2FD5, as their compatibility decompositions in Unicode name them,
/// but 户 and 青 as the mainland writes them.
const KANGXI: &str = "一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈户手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨青非面革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";

/// Of U+2E80 to U+2EF3 those that are whole characters of simplified Chinese.
const SUPPLEMENT: &[(char, char)] = &[
    ('\u{2e81}', '厂'),
    ('\u{2e84}', '乙'),
    ('\u{2e8b}', '卩'),
    ('\u{2e8c}', '小'),
    ('\u{2e95}', '彐'),
    ('\u{2e98}', '扌'),
    ('\u{2e9f}', '母'),
    ('\u{2ea0}', '民'),
    ('\u{2eab}', '目'),
    ('\u{2eb0}', '纟'),
    ('\u{2ebc}', '肉'),
    ('\u{2ec1}', '虎'),
    ('\u{2ec4}', '西'),
    ('\u{2ec5}', '见'),
    ('\u{2ec6}', '角'),
    ('\u{2ec8}', '讠'),
    ('\u{2ec9}', '贝'),
    ('\u{2ecb}', '车'),
    ('\u{2ed3}', '长'),
    ('\u{2ed4}', '门'),
    ('\u{2ed8}', '青'),
    ('\u{2ed9}', '韦'),
    ('\u{2eda}', '页'),
    ('\u{2edb}', '风'),
    ('\u{2edc}', '飞'),
    ('\u{2edd}', '食'),
    ('\u{2ee2}', '马'),
    ('\u{2ee3}', '骨'),
    ('\u{2ee4}', '鬼'),
    ('\u{2ee5}', '鱼'),
    ('\u{2ee6}', '鸟'),
    ('\u{2ee7}', '卤'),
    ('\u{2ee8}', '麦'),
    ('\u{2ee9}', '黄'),
    ('\u{2eea}', '黾'),
    ('\u{2eec}', '齐'),
    ('\u{2eee}', '齿'),
    ('\u{2ef0}', '龙'),
    ('\u{2ef3}', '龟'),
];

/// The character that `letter` shows.
pub(super) fn unified(letter: char) -> char {
    match u32::from(letter) {
        code @ 0x2f00..=0x2fd5 => KANGXI
            .chars()
            .nth((code - 0x2f00) as usize)
            .unwrap_or(letter),
        0x2e80..=0x2ef3 => SUPPLEMENT
            .iter()
            .find(|(radical, _)| *radical == letter)
            .map_or(letter, |(_, whole)| *whole),
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_radical_is_the_character_that_it_shows() {
        for (radical, whole) in [
            ('⼀', '一'),
            ('⽅', '方'),
            ('⿕', '龠'),
            ('⻓', '长'),
            ('方', '方'),
        ] {
            assert_eq!(unified(radical), whole);
        }
        assert_eq!(KANGXI.chars().count(), 214);
    }
}
