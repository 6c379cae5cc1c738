//! The original, and files read without a process of their own.

use std::io::{Cursor, Write};
use std::path::Path;

use langdu_document::Document;
use langdu_file::{FileError, FileLimits};
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/files");
    std::fs::read(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

pub(crate) fn read(name: &str) -> Result<Document, FileError> {
    read_bytes(&fixture(name))
}

pub(crate) fn read_bytes(bytes: &[u8]) -> Result<Document, FileError> {
    let limits = FileLimits::default();
    let format = langdu_file::sniff(bytes, &limits)?;
    let flow = langdu_file::parse(bytes, format, &limits)?;
    Ok(langdu_document::from_flow(flow).expect("a flow with words is a document"))
}

pub(crate) fn texts(document: &Document) -> Vec<String> {
    document
        .blocks
        .iter()
        .map(|block| block.text.clone())
        .collect()
}

/// A ZIP file of these entries.
pub(crate) fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("a name");
        writer.write_all(bytes).expect("memory");
    }
    writer.finish().expect("an archive").into_inner()
}

/// A PDF file of these objects, numbered from 1.
pub(crate) fn pdf_of(objects: &[String]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (number, body) in objects.iter().enumerate() {
        places.push(out.len());
        out.extend(format!("{} 0 obj\n{body}\nendobj\n", number + 1).bytes());
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
    for place in &places {
        out.extend(format!("{place:010} 00000 n \n").bytes());
    }
    out.extend(
        format!(
            "trailer << /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
            places.len() + 1
        )
        .bytes(),
    );
    out
}

/// What all files were made from.
pub(crate) struct Original {
    pub(crate) title: String,
    pub(crate) doc_number: String,
    pub(crate) issuer: String,
    pub(crate) doc_date: String,
    pub(crate) plain: Vec<String>,
    pub(crate) columns: Vec<String>,
    pub(crate) vertical: String,
    note: String,
    table: String,
    body: Vec<(String, String)>,
}

impl Original {
    pub(crate) fn load() -> Self {
        let value: Value = serde_json::from_slice(&fixture("original.json")).expect("JSON");
        let text = |name: &str| value[name].as_str().expect(name).to_owned();
        let strings = |value: &Value| -> Vec<String> {
            let items = value.as_array().expect("an array").iter();
            items
                .map(|item| item.as_str().expect("a string").to_owned())
                .collect()
        };
        let pairs = |name: &str| -> Vec<(String, String)> {
            let items = value[name].as_array().expect(name).iter();
            items
                .map(|pair| {
                    let pair = strings(pair);
                    (pair[0].clone(), pair[1].clone())
                })
                .collect()
        };
        let rows = value["table"].as_array().expect("rows").iter();
        let rows: Vec<String> = rows.map(|row| strings(row).join("\t")).collect();
        Self {
            title: text("title"),
            doc_number: text("doc_number"),
            issuer: text("issuer"),
            doc_date: text("doc_date"),
            plain: strings(&value["plain"]),
            columns: pairs("columns").into_iter().map(|(_, text)| text).collect(),
            vertical: text("vertical"),
            note: text("note"),
            table: rows.join("\n"),
            body: pairs("body"),
        }
    }

    /// The blocks of the whole notice: `^` in the original is where the note is.
    pub(crate) fn texts(&self, has_note: bool) -> Vec<String> {
        let mut texts = vec![self.title.clone(), self.doc_number.clone()];
        for (kind, text) in &self.body {
            if kind == "table" {
                texts.push(self.table.clone());
                continue;
            }
            texts.push(text.replace('^', ""));
            if has_note && text.contains('^') {
                texts.push(self.note.clone());
            }
        }
        texts
    }
}
