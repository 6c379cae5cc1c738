//! Documents inside ZIP files.

use std::io::{Cursor, Write};

use langdu_file::{FileError, FileLimits, Format, archived};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::fixture;

/// A ZIP file of stored entries, with names in any encoding and without a word about which.
fn stored(entries: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, bytes) in entries {
        let place = u32::try_from(out.len()).expect("short");
        let mut crc = 0xffff_ffff_u32;
        for byte in *bytes {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
            }
        }
        let length = u32::try_from(bytes.len()).expect("short");
        let mut common = Vec::new();
        common.extend(
            [20u16, 0, 0, 0, 0]
                .iter()
                .flat_map(|value| value.to_le_bytes()),
        );
        common.extend(
            [!crc, length, length]
                .iter()
                .flat_map(|value| value.to_le_bytes()),
        );
        common.extend(u16::try_from(name.len()).expect("short").to_le_bytes());
        common.extend(0u16.to_le_bytes());
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(*name);
        out.extend(*bytes);
        directory.extend(b"PK\x01\x02\x14\x00");
        directory.extend(&common);
        directory.extend([0u8; 10]);
        directory.extend(place.to_le_bytes());
        directory.extend(*name);
    }
    let start = u32::try_from(out.len()).expect("short");
    let count = u16::try_from(entries.len()).expect("few");
    out.extend(&directory);
    out.extend(b"PK\x05\x06\x00\x00\x00\x00");
    out.extend([count, count].iter().flat_map(|value| value.to_le_bytes()));
    out.extend(u32::try_from(directory.len()).expect("short").to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0u8; 2]);
    out
}

fn packed() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [
        ("附件/1.办法.pdf", fixture("typst.pdf")),
        ("附件/2.名单.XLSX", fixture("libreoffice.xlsx")),
        ("附件/现场.jpg", vec![0xff, 0xd8, 0xff]),
        ("__MACOSX/附件/._1.办法.pdf", vec![0; 8]),
        ("附件/更多.zip", stored(&[])),
    ] {
        writer
            .start_file(name, SimpleFileOptions::default())
            .expect("a name");
        writer.write_all(&bytes).expect("memory");
    }
    writer.finish().expect("an archive").into_inner()
}

#[test]
fn the_documents_of_an_archive_are_listed_and_read_by_name() {
    let (bytes, limits) = (packed(), FileLimits::default());
    assert_eq!(langdu_file::sniff(&bytes, &limits), Ok(Format::Zip));
    let names = archived::names(&bytes, &limits).expect("an archive");
    assert_eq!(names, ["附件/1.办法.pdf", "附件/2.名单.XLSX"]);
    let one = archived::document(&bytes, &names[0], &limits).expect("a document");
    assert_eq!(one, fixture("typst.pdf"));
    let error = langdu_file::parse(&bytes, Format::Zip, &limits).expect_err("several");
    assert!(
        error
            .to_string()
            .contains("2 documents: 附件/1.办法.pdf, 附件/2.名单.XLSX"),
        "{error}"
    );
}

#[test]
fn names_without_a_word_about_their_encoding_are_chinese() {
    let (name, _, _) = encoding_rs::GBK.encode("附件一：申请表.txt");
    let bytes = stored(&[(&name, "姓名：".as_bytes())]);
    let limits = FileLimits::default();
    let names = archived::names(&bytes, &limits).expect("an archive");
    assert_eq!(names, ["附件一：申请表.txt"]);
    let one = archived::document(&bytes, &names[0], &limits).expect("a document");
    assert_eq!(one, "姓名：".as_bytes());
}

#[test]
fn what_is_not_a_document_of_the_archive_is_refused() {
    let limits = FileLimits::default();
    for name in ["附件/现场.jpg", "附件/3.没有.pdf", "../1.办法.pdf", ""] {
        let error = archived::document(&packed(), name, &limits).expect_err("none");
        assert!(matches!(error, FileError::UnknownFormat { .. }), "{error}");
    }
    let small = FileLimits {
        max_bytes: 1000,
        ..limits
    };
    let error = archived::document(&packed(), "附件/1.办法.pdf", &small).expect_err("too long");
    assert!(error.to_string().contains("files.max_bytes"), "{error}");
    assert!(archived::names(b"PK\x03\x04", &FileLimits::default()).is_err());
}
