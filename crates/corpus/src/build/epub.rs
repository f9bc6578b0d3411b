//! EPUB 3.3 and its container.

use super::zip::{self, Member};
use super::{jpeg, png};
use crate::plant::{Date, Planter, Sample};

const OPF: &str = "EPUB 3.3, 5";
const OCF: &str = "EPUB 3.3, 4";

pub(super) fn samples() -> Vec<Sample> {
    let mut p = Planter::new("EPUB", "epub");
    let mut members: Vec<Member> =
        vec![("mimetype".into(), b"application/epub+zip".to_vec(), false)];
    let container = format!(
        "<?xml version=\"1.0\"?><!-- {} --><container version=\"1.0\" xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles><rootfile full-path=\"OEBPS/content.opf\" media-type=\"application/oebps-package+xml\"/></rootfiles><links><link href=\"{}\" rel=\"x\"/></links></container>",
        p.hidden("comment in container.xml", "XML 1.0, 2.5"),
        p.hidden("container.xml link", "EPUB 3.3, 4.2.6.3")
    );
    let mut put = |name: &str, data: Vec<u8>| members.push((name.into(), data, true));
    put("META-INF/container.xml", container.into_bytes());
    for (name, what) in [
        ("metadata", "metadata.xml"),
        ("rights", "rights.xml"),
        ("signatures", "signatures.xml"),
        ("manifest", "manifest.xml"),
    ] {
        let text = p.hidden(format!("META-INF/{what}"), OCF);
        put(&format!("META-INF/{name}.xml"), format!("<x>{text}</x>").into_bytes());
    }
    let apple = p.hidden("META-INF/com.apple.ibooks.display-options.xml", "Apple Books");
    put("META-INF/com.apple.ibooks.display-options.xml", format!("<display_options><platform name=\"*\"><option name=\"{apple}\">true</option></platform></display_options>").into_bytes());
    put("OEBPS/content.opf", package(&mut p).into_bytes());
    let (toc, chapter) =
        (p.visible("navigation entry", "EPUB 3.3, 7"), p.visible("chapter text", "EPUB 3.3, 6.1"));
    let (landmark, pages, ncx, meta, map) = (
        p.hidden("navigation, hidden landmark", "EPUB 3.3, 7.4.3"),
        p.hidden("navigation, hidden page list", "EPUB 3.3, 7.4.2"),
        p.hidden("NCX title", "OPF 2.0.1, 2.4.1"),
        p.hidden("NCX uid", "OPF 2.0.1, 2.4.1"),
        p.hidden("NCX entry", "OPF 2.0.1, 2.4.1"),
    );
    put("OEBPS/nav.xhtml", format!("<html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\"><head><title>t</title></head><body><nav epub:type=\"toc\"><ol><li><a href=\"one.xhtml\">{toc}</a></li></ol></nav><nav epub:type=\"landmarks\" hidden=\"hidden\"><ol><li><a href=\"one.xhtml\">{landmark}</a></li></ol></nav><nav epub:type=\"page-list\" hidden=\"\"><ol><li><a href=\"one.xhtml\">{pages}</a></li></ol></nav></body></html>").into_bytes());
    put("OEBPS/toc.ncx", format!("<ncx xmlns=\"http://www.daisy.org/z3986/2005/ncx/\" version=\"2005-1\"><head><meta name=\"dtb:uid\" content=\"{meta}\"/></head><docTitle><text>{ncx}</text></docTitle><navMap><navPoint id=\"a\"><navLabel><text>{map}</text></navLabel><content src=\"one.xhtml\"/></navPoint></navMap></ncx>").into_bytes());
    let mut h = |place: &str, spec| p.hidden(place, spec);
    put("OEBPS/one.xhtml", format!("<?xml version=\"1.0\"?><!DOCTYPE html><!-- {} --><html xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:epub=\"http://www.idpf.org/2007/ops\" id=\"{}\"><head><title>{}</title><meta name=\"author\" content=\"{}\"/><link rel=\"stylesheet\" href=\"style.css\"/><script>/* {} */</script></head><body><p class=\"{}\" epub:type=\"{}\" data-x=\"{}\">{chapter}</p><p hidden=\"hidden\">{}</p><p style=\"display:none\">{}</p><img src=\"image.png\" alt=\"{}\" title=\"{}\"/><a href=\"https://example.org/?id={}\">link</a><epub:switch xmlns:x=\"x\"><epub:case required-namespace=\"urn:{}\"><x:y/></epub:case><epub:default/></epub:switch></body></html>", h("comment in a chapter", "XML 1.0, 2.5"), h("chapter, ID", "HTML, 3.2.6"), h("chapter, title", "HTML, 4.2.2"), h("chapter, meta", "HTML, 4.2.5"), h("chapter, script", "HTML, 4.12.1"), h("chapter, class", "HTML, 3.2.6"), h("chapter, epub:type", "EPUB 3.3, 6.1.3"), h("chapter, data attribute", "HTML, 3.2.6.6"), h("chapter, hidden text", "HTML, 6.1"), h("chapter, text with display none", "CSS Display 3, 2"), h("chapter, alt text", "HTML, 4.8.4.4"), h("chapter, title of a picture", "HTML, 3.2.6.1"), h("address of a link", "HTML, 4.6.1"), h("epub:switch namespace", "EPUB 3.2, 3.5"))
        .into_bytes());
    let (css, font, smil, unlisted, unused, bindings) = (
        p.hidden("comment in a style sheet", "CSS Syntax 3, 4.3.2"),
        p.hidden("font that nothing uses", "EPUB 3.3, 6.3"),
        p.hidden("media overlay", "EPUB 3.3, 9"),
        p.hidden("file that the package does not list", OCF),
        p.hidden("chapter outside the reading order", "EPUB 3.3, 5.7"),
        p.hidden("page map", "Adobe page map"),
    );
    put("OEBPS/style.css", format!("/* {css} */ p {{ margin: 0 }}").into_bytes());
    put("OEBPS/font.otf", font.into_bytes());
    put("OEBPS/one.smil", format!("<smil xmlns=\"http://www.w3.org/ns/SMIL\" version=\"3.0\"><body><!-- {smil} --></body></smil>").into_bytes());
    put("OEBPS/unlisted.xhtml", format!("<p>{unlisted}</p>").into_bytes());
    put("OEBPS/unused.xhtml", format!("<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title/></head><body><p>{unused}</p></body></html>").into_bytes());
    put(
        "OEBPS/page-map.xml",
        format!("<page-map><page name=\"{bindings}\" href=\"one.xhtml\"/></page-map>").into_bytes(),
    );
    let picture = png::small(&mut p, "OEBPS/image.png ");
    put("OEBPS/image.png", picture);
    let cover = jpeg::thumbnail(&mut p, "OEBPS/cover.jpg ");
    put("OEBPS/cover.jpg", cover);
    let (thumb, calibre) = (
        p.hidden("iTunesMetadata.plist", "Apple Books"),
        p.hidden("META-INF/calibre_bookmarks.txt", "calibre"),
    );
    put("iTunesMetadata.plist", format!("<plist><string>{thumb}</string></plist>").into_bytes());
    put("META-INF/calibre_bookmarks.txt", calibre.into_bytes());
    let bytes = zip::archive(&mut p, &members);
    vec![p.sample("epub", bytes)]
}

fn package(p: &mut Planter) -> String {
    let mut all = String::new();
    for name in [
        "identifier",
        "title",
        "creator",
        "contributor",
        "publisher",
        "subject",
        "description",
        "source",
        "relation",
        "coverage",
        "rights",
        "type",
        "format",
    ] {
        let id = if name == "identifier" { " id=\"uid\"" } else { "" };
        all.push_str(&format!(
            "<dc:{name}{id}>{}</dc:{name}>",
            p.hidden(format!("content.opf dc:{name}"), OPF)
        ));
    }
    all.push_str(&format!(
        "<dc:date>{}</dc:date><dc:language>en</dc:language>",
        p.date("content.opf dc:date", OPF, Date::Iso)
    ));
    all.push_str(&format!(
        "<meta property=\"dcterms:modified\">{}</meta>",
        p.date("content.opf dcterms:modified", OPF, Date::Iso)
    ));
    let mut h = |place: &str| p.hidden(place, OPF);
    all.push_str(&format!("<meta name=\"calibre:series\" content=\"{}\"/><meta property=\"role\" refines=\"#c\" id=\"{}\">{}</meta><link rel=\"record\" href=\"https://example.org/{}\"/>", h("content.opf meta of EPUB 2"), h("content.opf meta, ID"), h("content.opf meta of EPUB 3"), h("content.opf link")));
    format!(
        "<?xml version=\"1.0\"?><!-- {} --><package xmlns=\"http://www.idpf.org/2007/opf\" version=\"3.0\" unique-identifier=\"uid\" prefix=\"x: https://{}/\"><metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">{all}</metadata><manifest><item id=\"nav\" href=\"nav.xhtml\" media-type=\"application/xhtml+xml\" properties=\"nav\"/><item id=\"one\" href=\"one.xhtml\" media-type=\"application/xhtml+xml\" media-overlay=\"smil\"/><item id=\"two\" href=\"unused.xhtml\" media-type=\"application/xhtml+xml\"/><item id=\"css\" href=\"style.css\" media-type=\"text/css\"/><item id=\"img\" href=\"image.png\" media-type=\"image/png\"/><item id=\"cov\" href=\"cover.jpg\" media-type=\"image/jpeg\" properties=\"cover-image\"/><item id=\"ncx\" href=\"toc.ncx\" media-type=\"application/x-dtbncx+xml\"/><item id=\"smil\" href=\"one.smil\" media-type=\"application/smil+xml\"/><item id=\"font\" href=\"font.otf\" media-type=\"font/otf\"/><item id=\"{}\" href=\"none.xml\" media-type=\"{}\"/></manifest><spine toc=\"ncx\"><itemref idref=\"one\"/></spine><guide><reference type=\"text\" title=\"{}\" href=\"one.xhtml\"/></guide><collection role=\"{}\"/><bindings><mediaType media-type=\"{}\" handler=\"x\"/></bindings></package>",
        h("comment in content.opf"),
        h("content.opf prefix"),
        h("manifest item, ID"),
        h("manifest item, media type"),
        h("guide, title"),
        h("collection, role"),
        h("bindings, media type")
    )
}
