//! The labels that Chinese portals put before what they say of a document, and what each names.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

/// What a label on the page names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    /// 标题, 名称.
    Title,
    /// 发文字号, 文号.
    DocNumber,
    /// 发文机关, 发布机构.
    Issuer,
    /// 成文日期.
    DocDate,
    /// 生成日期: of the document or of its entry in the catalogue.
    Made,
    /// 发布日期.
    Date,
    /// 来源.
    Source,
    /// Labels whose values are not used: 索引号, 主题分类, 有效性.
    Other,
}

/// Labels of the metadata tables of the 政府信息公开 catalogues, which hardly open a sentence.
pub(super) const CATALOGUE: &[(&str, Field)] = &[
    ("索引号", Field::Other),
    ("信息索引号", Field::Other),
    ("信息索引", Field::Other),
    ("主题分类", Field::Other),
    ("信息分类", Field::Other),
    ("组配分类", Field::Other),
    ("体裁分类", Field::Other),
    ("服务对象分类", Field::Other),
    ("主题词", Field::Other),
    ("主题信息", Field::Other),
    ("主题类别", Field::Other),
    ("信息类别", Field::Other),
    ("公开方式", Field::Other),
    ("公开形式", Field::Other),
    ("公开范围", Field::Other),
    ("公开类别", Field::Other),
    ("公开类型", Field::Other),
    ("公开属性", Field::Other),
    ("公开时限", Field::Other),
    ("公开程序", Field::Other),
    ("信息格式", Field::Other),
    ("载体类型", Field::Other),
    ("有效性", Field::Other),
    ("时效性", Field::Other),
    ("效力状态", Field::Other),
    ("文件状态", Field::Other),
    ("是否有效", Field::Other),
    ("有效期", Field::Other),
    ("生效日期", Field::Other),
    ("实施日期", Field::Other),
    ("施行日期", Field::Other),
    ("失效日期", Field::Other),
    ("废止日期", Field::Other),
    ("统一登记号", Field::Other),
    ("统一编号", Field::Other),
    ("登记号", Field::Other),
    ("关键词", Field::Other),
    ("语种", Field::Other),
    ("公文种类", Field::Other),
    ("公文类型", Field::Other),
    ("公文类别", Field::Other),
    ("文件类型", Field::Other),
    ("文件类别", Field::Other),
    ("政策类型", Field::Other),
    ("政策级别", Field::Other),
    ("体裁", Field::Other),
    ("文种", Field::Other),
    ("征集单位", Field::Other),
    ("征集部门", Field::Other),
    ("征集状态", Field::Other),
    ("征集时间", Field::Other),
    ("状态", Field::Other),
    ("开始日期", Field::Other),
    ("结束日期", Field::Other),
    ("开始时间", Field::Other),
    ("结束时间", Field::Other),
    ("发文年度", Field::Other),
    ("责任处室", Field::Other),
    ("公开依据", Field::Other),
    ("公开目录", Field::Other),
    ("公开期限", Field::Other),
    ("规范性文件编号", Field::Other),
    ("规范性文件登记号", Field::Other),
    ("文件登记号", Field::Other),
    ("实施时间", Field::Other),
    ("施行时间", Field::Other),
    ("生效时间", Field::Other),
    ("废止时间", Field::Other),
    ("失效时间", Field::Other),
    ("内容概述", Field::Other),
    ("内容摘要", Field::Other),
    ("内容概览", Field::Other),
    ("内容简介", Field::Other),
    ("时效说明", Field::Other),
    ("文件下载", Field::Other),
    ("信息来源部门", Field::Other),
    ("信件标题", Field::Title),
    ("来信标题", Field::Title),
    ("信件主题", Field::Title),
    ("留言标题", Field::Title),
    ("咨询标题", Field::Title),
    ("发文机关", Field::Issuer),
    ("发文单位", Field::Issuer),
    ("发文部门", Field::Issuer),
    ("发布机构", Field::Issuer),
    ("发布机关", Field::Issuer),
    ("发布单位", Field::Issuer),
    ("发布部门", Field::Issuer),
    ("制发机关", Field::Issuer),
    ("制定机关", Field::Issuer),
    ("印发机关", Field::Issuer),
    ("公开主体", Field::Issuer),
    ("公开机构", Field::Issuer),
    ("公开责任部门", Field::Issuer),
    ("责任部门", Field::Issuer),
    ("办文部门", Field::Issuer),
    ("信息提供单位", Field::Issuer),
    ("成文日期", Field::DocDate),
    ("成文时间", Field::DocDate),
    ("生成日期", Field::Made),
    ("生成时间", Field::Made),
    ("发文日期", Field::DocDate),
    ("发文时间", Field::DocDate),
    ("印发日期", Field::DocDate),
    ("印发时间", Field::DocDate),
    ("制发日期", Field::DocDate),
    ("签发日期", Field::DocDate),
    ("发布日期", Field::Date),
    ("发布时间", Field::Date),
    ("公开日期", Field::Date),
    ("公开时间", Field::Date),
    ("公布日期", Field::Date),
    ("发文字号", Field::DocNumber),
    ("发文文号", Field::DocNumber),
    ("发文号", Field::DocNumber),
    ("文件编号", Field::DocNumber),
    ("公文文号", Field::DocNumber),
    ("文件字号", Field::DocNumber),
    ("文号", Field::DocNumber),
    ("公文名称", Field::Title),
    ("文件名称", Field::Title),
    ("信息名称", Field::Title),
    ("公文标题", Field::Title),
    ("文件标题", Field::Title),
    ("标题", Field::Title),
    ("名称", Field::Title),
];

/// Labels of the line under the title, which may open a sentence elsewhere.
pub(super) const CAPTION: &[(&str, Field)] = &[
    ("信息来源", Field::Source),
    ("文章来源", Field::Source),
    ("稿件来源", Field::Source),
    ("新闻来源", Field::Source),
    ("来源", Field::Source),
    ("发表时间", Field::Date),
    ("发表日期", Field::Date),
    ("发稿时间", Field::Date),
    ("更新时间", Field::Date),
    ("更新日期", Field::Date),
    ("录入时间", Field::Date),
    ("添加时间", Field::Date),
    ("上传时间", Field::Date),
    ("时间", Field::Date),
    ("日期", Field::Date),
    ("文章类型", Field::Other),
    ("作者", Field::Other),
    ("发布人", Field::Other),
    ("发布者", Field::Other),
    ("编辑", Field::Other),
    ("责任编辑", Field::Other),
    ("浏览次数", Field::Other),
    ("浏览量", Field::Other),
    ("访问量", Field::Other),
    ("阅读次数", Field::Other),
    ("阅读量", Field::Other),
    ("阅读", Field::Other),
    ("点击数", Field::Other),
    ("点击量", Field::Other),
    ("点击次数", Field::Other),
    ("点击", Field::Other),
    ("浏览", Field::Other),
    ("字体", Field::Other),
    ("字号", Field::Other),
    ("字体大小", Field::Other),
    ("分享", Field::Other),
    ("分享到", Field::Other),
];

pub(super) static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    let mut labels: Vec<&str> = CATALOGUE
        .iter()
        .chain(CAPTION)
        .map(|(label, _)| *label)
        .collect();
    labels.sort_by_key(|label| std::cmp::Reverse(label.len()));
    let spaced: Vec<String> = labels
        .iter()
        .map(|label| {
            let letters: Vec<String> = label.chars().map(String::from).collect();
            letters.join(r"\s*")
        })
        .collect();
    // 发文字号：, 【发文字号】： and [发文字号].
    let label = spaced.join("|");
    Regex::new(&format!(
        r"(?P<colon>{label})\s*[】\]]?\s*[:：]|[【\[]\s*(?P<bracket>{label})\s*[】\]]\s*[:：]?"
    ))
    .expect("labels are plain text")
});

pub(super) static FIELDS: LazyLock<HashMap<&'static str, (Field, bool)>> = LazyLock::new(|| {
    let catalogue = CATALOGUE
        .iter()
        .map(|&(label, field)| (label, (field, true)));
    let caption = CAPTION
        .iter()
        .map(|&(label, field)| (label, (field, false)));
    catalogue.chain(caption).collect()
});
