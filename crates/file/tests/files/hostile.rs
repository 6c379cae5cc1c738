//! Files that are damaged or meant to harm: each costs one clear error.

use langdu_file::{FileError, FileLimits, Format};
use langdu_testkit::growth;

use crate::support::{archive, fixture, pdf_of, read_bytes};

fn error(bytes: &[u8]) -> FileError {
    match read_bytes(bytes) {
        Err(error) => error,
        Ok(document) => panic!("it was read: {:?}", document.blocks),
    }
}

#[test]
fn truncated_files_are_called_damaged() {
    for name in [
        "libreoffice.docx",
        "libreoffice.doc",
        "libreoffice.xlsx",
        "libreoffice.xls",
        "libreoffice.odt",
        "libreoffice.rtf",
        "libreoffice.pdf",
        "byhand.ofd",
    ] {
        let whole = fixture(name);
        for share in [10, 50, 90] {
            let cut = &whole[..whole.len() * share / 100];
            let error = error(cut).to_string();
            assert!(error.contains("damaged"), "{name} {share} %: {error}");
        }
    }
}

#[test]
fn a_zip_bomb_stops_at_the_bound() {
    let blanks = vec![b' '; 300 << 20];
    let bomb = archive(&[("word/document.xml", &blanks)]);
    drop(blanks);
    assert!(bomb.len() < 1 << 20);
    let error = error(&bomb).to_string();
    assert!(error.contains("files.max_unpacked_bytes"), "{error}");
}

#[test]
fn a_bomb_within_the_bound_is_refused_before_it_is_unpacked() {
    let blanks = vec![b' '; 60 << 20];
    let bomb = archive(&[("word/document.xml", &blanks)]);
    drop(blanks);
    let error = error(&bomb).to_string();
    assert!(error.contains("unpacks to 62914560 bytes"), "{error}");
}

#[test]
fn too_many_elements_are_refused_before_a_tree_is_made_of_them() {
    let limits = FileLimits {
        max_parts: 1000,
        ..FileLimits::default()
    };
    let many = format!(
        "<w:document xmlns:w='w'><w:body>{}</w:body></w:document>",
        "<w:p/>".repeat(2000)
    );
    let bytes = archive(&[("word/document.xml", many.as_bytes())]);
    let error = langdu_file::parse(&bytes, Format::Docx, &limits).expect_err("too many");
    assert!(error.to_string().contains("files.max_parts"), "{error}");
}

#[test]
fn deep_nesting_is_damage() {
    let deep = format!(
        "<w:document xmlns:w='w'><w:body>{}{}</w:body></w:document>",
        "<w:sdt><w:sdtContent>".repeat(50_000),
        "</w:sdtContent></w:sdt>".repeat(50_000)
    );
    let error = error(&archive(&[("word/document.xml", deep.as_bytes())])).to_string();
    assert!(error.contains("nested"), "{error}");
    let groups = format!("{{\\rtf1 {}", "{".repeat(100_000));
    let error = crate::support::read_bytes(groups.as_bytes())
        .expect_err("deep")
        .to_string();
    assert!(error.contains("nested"), "{error}");
}

/// A PDF of `pages` pages that show `text`.
fn pdf(pages: usize, text: &str) -> Vec<u8> {
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        String::new(),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let content = format!("BT /F 12 Tf 72 700 Td ({text}) Tj ET");
    objects.push(format!(
        "<< /Length {} >>\nstream\n{content}\nendstream",
        content.len()
    ));
    let mut kids = Vec::new();
    for _ in 0..pages {
        kids.push(format!("{} 0 R", objects.len() + 1));
        objects.push(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
             /Resources << /Font << /F 3 0 R >> >> >>"
                .to_owned(),
        );
    }
    objects[1] = format!(
        "<< /Type /Pages /Kids [{}] /Count {pages} >>",
        kids.join(" ")
    );
    pdf_of(&objects)
}

#[test]
fn five_thousand_pages_are_too_many_and_two_thousand_are_not() {
    let error = error(&pdf(5000, "words")).to_string();
    assert!(
        error.contains("2000 pages") && error.contains("files.max_pages"),
        "{error}"
    );
    growth::assert_linear("pages", 250, 2000, |pages| {
        let pdf = pdf(pages, "some words on a page");
        let (read, cost) = growth::measured(|| read_bytes(&pdf));
        assert!(read.is_ok());
        cost
    });
}

#[test]
fn objects_that_refer_to_themselves_end() {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
         /Resources << /XObject << /X 5 0 R >> >> >>"
            .to_owned(),
        "<< /Length 5 >>\nstream\n/X Do\nendstream".to_owned(),
        "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >> \
         /Length 11 >>\nstream\n/X Do /X Do\nendstream"
            .to_owned(),
        "6 0 R".to_owned(),
    ];
    let bytes = pdf_of(&objects);
    let error = error(&bytes);
    assert!(
        matches!(error, FileError::Empty { .. } | FileError::Damaged { .. }),
        "{error}"
    );
}

#[test]
fn pictures_without_text_are_counted() {
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R \
                /Resources << /XObject << /X 5 0 R >> >> >>";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R 6 0 R 7 0 R] /Count 3 >>".to_owned(),
        page.to_owned(),
        "<< /Length 29 >>\nstream\nq 500 0 0 800 0 0 cm /X Do Q \nendstream".to_owned(),
        "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray \
         /BitsPerComponent 8 /Length 1 >>\nstream\n0\nendstream"
            .to_owned(),
        page.to_owned(),
        page.to_owned(),
    ];
    let error = error(&pdf_of(&objects));
    assert!(
        matches!(
            error,
            FileError::PicturesOnly {
                format: Format::Pdf,
                pages: 3
            }
        ),
        "{error}"
    );
    assert!(
        error.to_string().contains("pictures only, on 3 pages"),
        "{error}"
    );
}

#[test]
fn a_file_without_words_is_empty() {
    let empty = "<w:document xmlns:w='w'><w:body><w:p/></w:body></w:document>";
    let error = error(&archive(&[("word/document.xml", empty.as_bytes())]));
    assert_eq!(
        error,
        FileError::Empty {
            format: Format::Docx
        }
    );
}

#[test]
fn a_file_over_the_limit_is_not_looked_at() {
    let limits = FileLimits {
        max_bytes: 100,
        ..FileLimits::default()
    };
    let error = langdu_file::parse(&[b'x'; 101], Format::Pdf, &limits).expect_err("too long");
    assert!(error.to_string().contains("files.max_bytes"), "{error}");
}
