//! What the names of an element say: whether it is likely to hold the page's furniture, or a title.
//!
//! Names are only a suspicion, weighed later against how much text an element holds: sites wrap
//! whole articles in `class="print"` and `class="share_content"`.

use scraper::node::Element;

/// How likely an element's names say that it is not the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Suspicion {
    /// Nothing suspicious.
    None,
    /// Names that wrap articles now and then: print, search, list of related pages.
    Weak,
    /// Names that hardly ever hold the document: footer, breadcrumb, share bar.
    Strong,
}

/// Parts of names that hardly ever hold the document.
const STRONG_PARTS: &[&str] = &[
    "breadcrumb",
    "bread_nav",
    "crumb",
    "footer",
    "copyright",
    "banquan",
    "qrcode",
    "erweima",
    "ewm",
    "fontsize",
    "font-size",
    "zihao",
    "friendlink",
    "friend-link",
    "yqlj",
    "youqing",
    "dqwz",
    "gotop",
    "backtop",
    "disclaimer",
    "mianze",
    "searchbox",
    "search-box",
    "topnav",
    "navbar",
    "mainnav",
    "main-nav",
    "jiathis",
    "bdshare",
    "social-share",
    "share-box",
    "sharebox",
    "sharebar",
    "toolbar",
    "pagination",
];

/// Parts of names that may wrap an article too.
const WEAK_PARTS: &[&str] = &[
    "share",
    "print",
    "related",
    "relate",
    "relevant",
    "recommend",
    "xgxw",
    "xgwz",
    "xgwj",
    "xglj",
    "xgyd",
    "xgjd",
    "comment",
    "pinglun",
    "pager",
    "sidebar",
    "side-bar",
    "weixin",
    "wechat",
    "weibo",
    "login",
    "banner",
    "advert",
    "hotnews",
    "hot-news",
    "position",
    "location",
    "weizhi",
    "sweep",
    "saoyisao",
];

/// Whole words of names that hardly ever hold the document, split at everything that is not a
/// letter or digit.
const STRONG_WORDS: &[&str] = &["foot", "copy", "crumbs", "wza"];

/// Whole words of names that may wrap an article too.
const WEAK_WORDS: &[&str] = &[
    "nav", "menu", "head", "header", "top", "link", "links", "search", "side", "tools", "bottom",
    "page", "prev", "next", "tags", "logo", "aside", "mbx", "dh", "sub-nav", "popup", "dialog",
    "modal", "pop", "kf",
];

/// How suspicious the names and role of an element are.
pub(crate) fn suspicion(element: &Element) -> Suspicion {
    if matches!(element.name(), "nav" | "footer" | "aside") {
        return Suspicion::Strong;
    }
    if matches!(element.name(), "html" | "body") {
        return Suspicion::None;
    }
    let role = match element.attr("role") {
        Some("navigation" | "contentinfo" | "search" | "banner" | "menu" | "dialog") => {
            Suspicion::Strong
        }
        _ => Suspicion::None,
    };
    let class = element.attr("class").map_or(Suspicion::None, of_names);
    let id = element.attr("id").map_or(Suspicion::None, of_names);
    role.max(class).max(id)
}

fn of_names(names: &str) -> Suspicion {
    if names.is_empty() {
        return Suspicion::None;
    }
    let lower = names.to_ascii_lowercase();
    if STRONG_PARTS.iter().any(|part| lower.contains(part)) {
        return Suspicion::Strong;
    }
    let words = || lower.split(|c: char| !c.is_ascii_alphanumeric());
    if words().any(|word| STRONG_WORDS.contains(&word)) {
        return Suspicion::Strong;
    }
    let weak = WEAK_PARTS.iter().any(|part| lower.contains(part))
        || words().any(|word| WEAK_WORDS.contains(&word));
    if weak {
        Suspicion::Weak
    } else {
        Suspicion::None
    }
}

/// Whether an element is named for a title.
pub(crate) fn names_title(element: &Element) -> bool {
    let named = |value: &str| {
        let value = value.to_ascii_lowercase();
        let title =
            (value.contains("title") || value.contains("biaoti") || value.contains("headline"))
                && !value.contains("subtitle")
                && !value.contains("sub-title")
                && !value.contains("sub_title")
                && !value.contains("titlebar");
        let mut words = value.split(|c: char| !c.is_ascii_alphanumeric());
        // `bt_content` is the place of the text below the title.
        title || (words.any(|word| TITLE_WORDS.contains(&word)) && !value.contains("con"))
    };
    element.attr("class").is_some_and(named) || element.attr("id").is_some_and(named)
}

/// Short for 标题 and title in the names of elements.
const TITLE_WORDS: &[&str] = &[
    "bt", "wzbt", "xxbt", "xwbt", "zwbt", "tit", "arttit", "newstit",
];
