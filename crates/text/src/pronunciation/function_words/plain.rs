//! Where what stands beside a character leaves no doubt of what a rule has said of it.

use super::ANIMALS;
use super::context::{Context, NUMERALS};

/// Whether the neighbours of a character leave no doubt of the pronunciation that a rule has given it: 这种,
/// 覆盖率, 数十, 代表处, 处五千元罚款.
pub(super) fn is_plain(c: char, spelled: &str, context: &Context<'_>) -> bool {
    /// What may lead somebody rather than have a rate.
    const LEADERS: &str = "席理记长任员帅部将已曾并亲日月年初";
    match (c, spelled) {
        ('种', "zhong3") => {
            context.before_is(NUMERALS) || context.before_is("这那哪各每某多几数两此该何一")
        }
        ('率', "lv4") => {
            let noun = context.at > 0 || !context.previous_word().is_empty();
            noun && !context.before_is(LEADERS) && !context.after_is("团队部众军领兵")
        }
        ('处', "chu3") => context.after_is(NUMERALS),
        ('处', "chu4") => context.before_is("表事办管理务之用好深益坏长短到各四何"),
        ('只', "zhi3") => {
            context.at == 0
                && !context.before_is(NUMERALS)
                && (context.opens_clause() || context.after_is("有要是能需限会可允占用就对在将为"))
        }
        ('只', "zhi1") => context.before_is(NUMERALS) || context.before_is(ANIMALS),
        ('数', "shu4") => context.after_is("十百千万亿") || context.at > 0,
        ('藏', "cang2") => !context.alone(),
        ('着', "zhe5") => context.at > 0 || is_verb(context, context.previous_word()),
        ('着', _) => context.at == 0,
        ('长', "chang2") => context.after_is("期效远久途度宽约达假短") || context.at > 0,
        ('长', _) => context.at > 0 || context.previous_word().chars().count() > 1,
        ('行', "hang2") => context.after_is("业长情规距列") || context.before_is("银分支总央"),
        ('行', _) => !context.alone() || is_verb(context, context.previous_word()),
        ('都', "dou1") => {
            let next = context.segmenter.part_of_speech(context.next_word());
            context.alone() && next.starts_with(['v', 'd', 'p', 'a', 'r', 'm', 'u', 'c', 'z'])
        }
        ('还', "hai2") => {
            let next = context.segmenter.part_of_speech(context.next_word());
            next.starts_with(['v', 'd', 'p', 'a', 'r', 'm', 'c', 'u'])
        }
        ('还', _) => {
            context.after().is_none()
                || context.before_is("不未")
                || context.after_is("款贷本息债钱的")
        }
        ('教', "jiao4") => {
            context.at > 0 || context.after_is("育师授学室委科材练职导案改研堂会徒龄")
        }
        ('倒', "dao3") => true,
        _ => false,
    }
}

fn is_verb(context: &Context<'_>, word: &str) -> bool {
    let tag = context.segmenter.part_of_speech(word);
    tag.starts_with(['v', 'a'])
}
