//! Extraction beside dom_smoothie, on the same bytes in the same run: a page of ordinary size, one
//! of 400 kB, and growing ones, in MB a second.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use langdu_document::ExtractOptions;

/// A page as content systems make them, its text at least `bytes` long: navigation, a metadata
/// table, paragraphs, a data table, related links and a footer.
fn page(bytes: usize) -> String {
    let navigation: String = (0..60)
        .map(|n| format!("<li><a href=\"/col/{n}/\">栏目{n}</a></li>"))
        .collect();
    let mut text = String::new();
    let mut number = 0;
    while text.len() < bytes {
        number += 1;
        text.push_str(&format!(
            "<p style=\"text-indent: 2em; font-family: 宋体;\"><span>　　（{number}）各窗口应当设置老年人优先通道，配备老花镜、放大镜和轮椅，并安排专人引导；对行动不便的老年人，提供上门服务。</span></p>\n"
        ));
        if number % 40 == 0 {
            text.push_str(&format!(
                "<table border=\"1\"><tr><th>街道</th><th>数量</th></tr><tr><td>街道{number}</td><td>{number}个</td></tr></table>\n"
            ));
        }
    }
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>示范市助老服务办法_示范市人民政府</title></head><body>\
         <div class=\"nav\"><ul>{navigation}</ul></div><div class=\"crumbs\">当前位置：<a href=\"/\">首页</a></div>\
         <h1>示范市助老服务办法</h1><div class=\"info\">发布时间：2024-03-01　来源：市政府办公室</div>\
         <div class=\"content\">{text}</div><div class=\"related\"><h3>相关链接</h3><ul>{navigation}</ul></div>\
         <div class=\"footer\">主办单位：示范市人民政府</div></body></html>"
    )
}

fn langdu(html: &str) -> usize {
    let document =
        langdu_document::extract(html, None, &ExtractOptions::default()).expect("readable");
    document.body_text().len()
}

fn dom_smoothie(html: &str) -> usize {
    let mut reader = dom_smoothie::Readability::new(html, None, None).expect("valid settings");
    reader.parse().expect("readable").text_content.len()
}

fn beside_dom_smoothie(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("page");
    group.sample_size(20);
    for kilobytes in [20, 400] {
        let html = page(kilobytes << 10);
        group.throughput(Throughput::Bytes(html.len() as u64));
        group.bench_with_input(BenchmarkId::new("langdu", kilobytes), &html, |b, html| {
            b.iter(|| langdu(black_box(html)));
        });
        group.bench_with_input(
            BenchmarkId::new("dom_smoothie", kilobytes),
            &html,
            |b, html| {
                b.iter(|| dom_smoothie(black_box(html)));
            },
        );
    }
    group.finish();
}

fn growing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("growing");
    group.sample_size(10);
    for kilobytes in [10, 100, 1_000, 10_000] {
        let html = page(kilobytes << 10);
        group.throughput(Throughput::Bytes(html.len() as u64));
        group.bench_with_input(BenchmarkId::from_parameter(kilobytes), &html, |b, html| {
            b.iter(|| langdu(black_box(html)));
        });
    }
    let deep = format!(
        "{}<p>各窗口应当设置优先通道，并安排专人引导。</p>{}",
        "<div>".repeat(100_000),
        "</div>".repeat(100_000)
    );
    group.throughput(Throughput::Bytes(deep.len() as u64));
    group.bench_with_input(BenchmarkId::from_parameter("deep"), &deep, |b, html| {
        b.iter(|| langdu(black_box(html)));
    });
    group.finish();
}

criterion_group!(benches, beside_dom_smoothie, growing);
criterion_main!(benches);
