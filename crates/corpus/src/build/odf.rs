//! ODT, ODS and ODP (OASIS OpenDocument 1.3).

use super::zip::{self, Member};
use super::{jpeg, ole, png};
use crate::plant::{Date, Planter, Sample};

const ODF: &str = "OpenDocument 1.3 part 3";
const NAMES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" xmlns:presentation=\"urn:oasis:names:tc:opendocument:xmlns:presentation:1.0\" xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\" xmlns:svg=\"urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\" xmlns:config=\"urn:oasis:names:tc:opendocument:xmlns:config:1.0\" xmlns:form=\"urn:oasis:names:tc:opendocument:xmlns:form:1.0\" xmlns:script=\"urn:oasis:names:tc:opendocument:xmlns:script:1.0\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\" xmlns:own=\"urn:example:own\" xmlns:number=\"urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0\" office:version=\"1.3\"";

pub(super) fn odt() -> Vec<Sample> {
    vec![document("ODT", "odt", "text", text)]
}

pub(super) fn ods() -> Vec<Sample> {
    vec![document("ODS", "ods", "spreadsheet", spreadsheet)]
}

pub(super) fn odp() -> Vec<Sample> {
    vec![document("ODP", "odp", "presentation", presentation)]
}

fn document(
    format: &'static str,
    extension: &'static str,
    kind: &str,
    body: fn(&mut Planter) -> String,
) -> Sample {
    let mut p = Planter::new(format, extension);
    let mut members: Vec<Member> = vec![(
        "mimetype".into(),
        format!("application/vnd.oasis.opendocument.{kind}").into_bytes(),
        false,
    )];
    let mut put = |name: &str, data: Vec<u8>| members.push((name.into(), data, true));
    let body = body(&mut p);
    put("content.xml", content(&mut p, kind, &body).into_bytes());
    put("styles.xml", styles(&mut p, kind).into_bytes());
    put("meta.xml", meta(&mut p).into_bytes());
    put("settings.xml", settings(&mut p).into_bytes());
    let mut h = |place: &str| p.hidden(place, "OpenDocument 1.3 part 2, packages");
    let (
        entry,
        version,
        rdf,
        signature,
        macro_signature,
        config,
        layout,
        basic,
        library,
        dialog,
        python,
        orphan,
        replacement,
    ) = (
        h("manifest entry of no file"),
        h("manifest, comment"),
        h("manifest.rdf"),
        h("META-INF/documentsignatures.xml"),
        h("META-INF/macrosignatures.xml"),
        h("Configurations2"),
        h("layout-cache"),
        h("Basic macro"),
        h("Basic library name"),
        h("Basic dialog"),
        h("Python script"),
        h("file that the manifest does not list"),
        h("ObjectReplacements"),
    );
    put("manifest.rdf", format!("<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"{rdf}\"/></rdf:RDF>").into_bytes());
    put("META-INF/documentsignatures.xml", format!("<document-signatures xmlns=\"urn:oasis:names:tc:opendocument:xmlns:digitalsignature:1.0\"><Signature><X509SubjectName>{signature}</X509SubjectName></Signature></document-signatures>").into_bytes());
    put(
        "META-INF/macrosignatures.xml",
        format!("<document-signatures>{macro_signature}</document-signatures>").into_bytes(),
    );
    put("Configurations2/accelerator/current.xml", format!("<x>{config}</x>").into_bytes());
    put("layout-cache", layout.into_bytes());
    put("Basic/Standard/Module1.xml", format!("<script:module xmlns:script=\"http://openoffice.org/2000/script\" script:name=\"Module1\">' {basic}</script:module>").into_bytes());
    put("Basic/script-lc.xml", format!("<library:libraries xmlns:library=\"http://openoffice.org/2000/library\"><library:library library:name=\"{library}\"/></library:libraries>").into_bytes());
    put("Dialogs/Standard/Dialog1.xml", format!("<x>{dialog}</x>").into_bytes());
    put("Scripts/python/x.py", format!("# {python}\n").into_bytes());
    put("unlisted.bin", orphan.into_bytes());
    put("ObjectReplacements/Object 1", replacement.into_bytes());
    let object = ole::object(&mut p, "Object 2, ");
    put("Object 2", object);
    let picture = png::small(&mut p, "Pictures/image1.png ");
    put("Pictures/image1.png", picture);
    let unused = jpeg::thumbnail(&mut p, "Pictures/unused.jpg, which nothing shows, ");
    put("Pictures/unused.jpg", unused);
    let thumbnail = png::small(&mut p, "Thumbnails/thumbnail.png ");
    put("Thumbnails/thumbnail.png", thumbnail);
    let listed: String = [
        "content.xml",
        "styles.xml",
        "meta.xml",
        "settings.xml",
        "manifest.rdf",
        "Pictures/image1.png",
        "Pictures/unused.jpg",
        "Thumbnails/thumbnail.png",
        "Basic/Standard/Module1.xml",
        "layout-cache",
        "Object 2",
    ]
    .iter()
    .map(|name| {
        format!(
            "<manifest:file-entry manifest:full-path=\"{name}\" manifest:media-type=\"{}\"/>",
            if name.ends_with(".xml") {
                "text/xml"
            } else if name.ends_with(".png") {
                "image/png"
            } else {
                ""
            }
        )
    })
    .collect();
    put("META-INF/manifest.xml", format!("<?xml version=\"1.0\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.3\"><!-- {version} --><manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"application/vnd.oasis.opendocument.{kind}\"/>{listed}<manifest:file-entry manifest:full-path=\"{entry}\" manifest:media-type=\"\"/></manifest:manifest>").into_bytes());
    let bytes = zip::archive(&mut p, &members);
    p.sample(extension, bytes)
}

fn content(p: &mut Planter, kind: &str, body: &str) -> String {
    let mut h = |place: &str, spec| p.hidden(place, spec);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- {} --><?x {}?><office:document-content {NAMES} own:attribute=\"{}\"><office:scripts><office:script script:language=\"Basic\">{}</office:script><office:event-listeners><script:event-listener script:event-name=\"dom:load\" script:language=\"x\" xlink:href=\"{}\"/></office:event-listeners></office:scripts><office:font-face-decls><style:font-face style:name=\"{}\" svg:font-family=\"{}\"/></office:font-face-decls><office:automatic-styles><style:style style:name=\"Hid\" style:family=\"text\"><style:text-properties text:display=\"none\"/></style:style><style:style style:name=\"White\" style:family=\"text\"><style:text-properties fo:color=\"#ffffff\"/></style:style><style:style style:name=\"Tiny\" style:family=\"text\"><style:text-properties fo:font-size=\"0.1pt\"/></style:style><style:style style:name=\"B\" style:family=\"text\"><style:text-properties fo:font-weight=\"bold\"/></style:style><style:style style:name=\"PHid\" style:family=\"drawing-page\"><style:drawing-page-properties presentation:visibility=\"hidden\"/></style:style><style:style style:name=\"{}\" style:family=\"paragraph\"/></office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        h("comment in content.xml", "XML 1.0, 2.5"),
        h("processing instruction", "XML 1.0, 2.6"),
        h("foreign attribute", "OpenDocument 1.3 part 3, 21"),
        h("script", "OpenDocument 1.3 part 3, 3.13"),
        h("event listener", "OpenDocument 1.3 part 3, 10.3.19"),
        h("font face, name", "OpenDocument 1.3 part 3, 16.23"),
        h("font face, family", "OpenDocument 1.3 part 3, 16.23"),
        h("name of a style that nothing uses", "OpenDocument 1.3 part 3, 16")
    )
}

fn styles(p: &mut Planter, kind: &str) -> String {
    let header = if kind == "text" {
        p.visible("header of the page", "OpenDocument 1.3 part 3, 16.10")
    } else {
        p.hidden("header of a page style that is not shown", "OpenDocument 1.3 part 3, 16.10")
    };
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let (comment, user, display, class, master, unused, number) = (
        h("comment in styles.xml", "XML 1.0, 2.5"),
        h("style that nothing uses, name", ODF),
        h("style that nothing uses, display name", ODF),
        h("style that nothing uses, class", ODF),
        h("master page that nothing uses, name", ODF),
        h("master page that nothing uses, header", ODF),
        h("number style that nothing uses", ODF),
    );
    format!(
        "<?xml version=\"1.0\"?><!-- {comment} --><office:document-styles {NAMES}><office:styles><style:style style:name=\"{user}\" style:display-name=\"{display}\" style:class=\"{class}\" style:family=\"paragraph\"/><number:number-style style:name=\"{number}\"><number:number/></number:number-style></office:styles><office:automatic-styles><style:page-layout style:name=\"pm1\"><style:page-layout-properties fo:page-width=\"21cm\" fo:page-height=\"29.7cm\" fo:margin=\"2cm\"/><style:header-style/></style:page-layout></office:automatic-styles><office:master-styles><style:master-page style:name=\"Standard\" style:page-layout-name=\"pm1\"><style:header><text:p>{header}</text:p></style:header></style:master-page><style:master-page style:name=\"{master}\" style:page-layout-name=\"pm1\"><style:header><text:p>{unused}</text:p></style:header></style:master-page></office:master-styles></office:document-styles>"
    )
}

fn meta(p: &mut Planter) -> String {
    let spec = "OpenDocument 1.3 part 3, 4.3";
    let mut all = String::new();
    for name in [
        "meta:generator",
        "dc:title",
        "dc:description",
        "dc:subject",
        "meta:keyword",
        "meta:initial-creator",
        "dc:creator",
        "meta:printed-by",
        "dc:language",
        "meta:editing-duration",
    ] {
        all.push_str(&format!("<{name}>{}</{name}>", p.hidden(format!("meta.xml {name}"), spec)));
    }
    for name in ["meta:creation-date", "dc:date", "meta:print-date"] {
        all.push_str(&format!(
            "<{name}>{}</{name}>",
            p.date(format!("meta.xml {name}"), spec, Date::Iso)
        ));
    }
    let mut h = |place: &str| p.hidden(place, spec);
    format!(
        "<?xml version=\"1.0\"?><office:document-meta {NAMES}><office:meta>{all}<meta:template xlink:href=\"{}\" xlink:title=\"{}\"/><meta:auto-reload xlink:href=\"{}\"/><meta:hyperlink-behaviour office:target-frame-name=\"{}\"/><meta:user-defined meta:name=\"{}\">{}</meta:user-defined><own:anything>{}</own:anything></office:meta></office:document-meta>",
        h("meta:template, address"),
        h("meta:template, title"),
        h("meta:auto-reload"),
        h("meta:hyperlink-behaviour"),
        h("meta:user-defined, name"),
        h("meta:user-defined, value"),
        h("foreign metadata")
    )
}

fn settings(p: &mut Planter) -> String {
    let mut h = |place: &str| p.hidden(place, "OpenDocument 1.3 part 3, 3.10");
    format!(
        "<?xml version=\"1.0\"?><office:document-settings {NAMES}><office:settings><config:config-item-set config:name=\"ooo:view-settings\"><config:config-item config:name=\"PrinterName\" config:type=\"string\">{}</config:config-item><config:config-item config:name=\"PrinterSetup\" config:type=\"base64Binary\">{}</config:config-item><config:config-item config:name=\"CurrentDatabaseDataSource\" config:type=\"string\">{}</config:config-item><config:config-item config:name=\"Rsid\" config:type=\"int\">{}</config:config-item><config:config-item config:name=\"{}\" config:type=\"string\">x</config:config-item></config:config-item-set></office:settings></office:document-settings>",
        h("settings, printer name"),
        h("settings, printer setup"),
        h("settings, data source"),
        h("settings, revision ID"),
        h("settings, an unknown name")
    )
}

fn picture(p: &mut Planter) -> String {
    let mut h = |place: &str, spec| p.hidden(place, spec);
    format!(
        "<draw:frame draw:name=\"{}\" svg:x=\"1cm\" svg:y=\"9cm\" svg:width=\"3cm\" svg:height=\"2cm\"><draw:image xlink:href=\"Pictures/image1.png\" xlink:type=\"simple\"/><svg:title>{}</svg:title><svg:desc>{}</svg:desc></draw:frame>",
        h("frame, name", "OpenDocument 1.3 part 3, 10.4"),
        h("svg:title (alt text)", "OpenDocument 1.3 part 3, 10.3.16"),
        h("svg:desc (alt text)", "OpenDocument 1.3 part 3, 10.3.17")
    )
}

fn note(p: &mut Planter) -> String {
    let spec = "OpenDocument 1.3 part 3, 14.1";
    let date = p.date("annotation, date", spec, Date::Iso);
    let mut h = |place: &str| p.hidden(place, spec);
    format!(
        "<office:annotation office:name=\"{}\"><dc:creator>{}</dc:creator><dc:date>{date}</dc:date><text:p>{}</text:p></office:annotation>",
        h("annotation, name"),
        h("annotation, creator"),
        h("annotation")
    )
}

fn text(p: &mut Planter) -> String {
    let mut v = |place: &str, spec| p.visible(place, spec);
    let (plain, bold, heading, item, cell, link, inserted, foot, box_text, field, section) = (
        v("paragraph", ODF),
        v("span", ODF),
        v("heading", ODF),
        v("list item", ODF),
        v("table cell", ODF),
        v("text of a link", ODF),
        v("insertion, as accepted", ODF),
        v("footnote", ODF),
        v("text box", ODF),
        v("field", ODF),
        v("section", ODF),
    );
    let (frame, annotation) = (picture(p), note(p));
    let c = "OpenDocument 1.3 part 3, 5.5";
    let dates = [p.date("deletion, date", c, Date::Iso), p.date("insertion, date", c, Date::Iso)];
    let (zero, tags) = (
        p.hidden("zero-width characters", "Unicode 16, 23.2"),
        p.hidden("tag characters", "Unicode 16, 23.9"),
    );
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let changes = format!(
        "<text:tracked-changes><text:changed-region text:id=\"ct1\" xml:id=\"ct1\"><text:deletion><office:change-info><dc:creator>{}</dc:creator><dc:date>{}</dc:date></office:change-info><text:p>{}</text:p></text:deletion></text:changed-region><text:changed-region text:id=\"ct2\"><text:insertion><office:change-info><dc:creator>{}</dc:creator><dc:date>{}</dc:date><text:p>{}</text:p></office:change-info></text:insertion></text:changed-region></text:tracked-changes>",
        h("deletion, creator", c),
        dates[0],
        h("deletion", c),
        h("insertion, creator", c),
        dates[1],
        h("insertion, comment", c)
    );
    let declarations = format!(
        "<text:variable-decls><text:variable-decl office:value-type=\"string\" text:name=\"{}\"/></text:variable-decls><text:user-field-decls><text:user-field-decl office:value-type=\"string\" text:name=\"x\" office:string-value=\"{}\"/></text:user-field-decls><text:dde-connection-decls><text:dde-connection-decl office:name=\"x\" office:dde-application=\"{}\" office:dde-topic=\"{}\" office:dde-item=\"x\"/></text:dde-connection-decls><office:forms><form:form form:name=\"{}\" xlink:href=\"https://{}/\"><form:hidden form:value=\"{}\"/></form:form></office:forms>",
        h("variable declaration", ODF),
        h("user field that nothing shows", ODF),
        h("DDE connection, application", ODF),
        h("DDE connection, topic", ODF),
        h("form, name", ODF),
        h("form, address", ODF),
        h("form, hidden value", ODF)
    );
    let hidden = format!(
        "<text:p><text:span text:style-name=\"Hid\">{}</text:span><text:span text:style-name=\"White\">{}</text:span><text:span text:style-name=\"Tiny\">{}</text:span><text:hidden-text text:condition=\"true\" text:string-value=\"{}\" text:is-hidden=\"true\"/><text:conditional-text text:condition=\"x\" text:string-value-if-true=\"{}\" text:string-value-if-false=\"y\">y</text:conditional-text></text:p><text:p><text:hidden-paragraph text:condition=\"true\" text:is-hidden=\"true\"/>{}</text:p><text:section text:name=\"{}\" text:display=\"none\" text:protection-key=\"{}\"><text:p>{}</text:p></text:section>",
        h("text, display none", ODF),
        h("text, white", ODF),
        h("text, a tenth of a point", ODF),
        h("hidden text field", "OpenDocument 1.3 part 3, 7.7.6"),
        h("conditional text not shown", "OpenDocument 1.3 part 3, 7.7.3"),
        h("hidden paragraph", "OpenDocument 1.3 part 3, 7.7.7"),
        h("section, name", ODF),
        h("section, protection key", ODF),
        h("hidden section", "OpenDocument 1.3 part 3, 5.4")
    );
    let marks = format!(
        "<text:p><text:bookmark text:name=\"{}\"/><text:reference-mark text:name=\"{}\"/><text:toc-mark text:string-value=\"{}\"/><text:user-index-mark text:index-name=\"{}\" text:string-value=\"x\"/><text:meta xml:id=\"{}\" xhtml:about=\"{}\" xhtml:content=\"{}\">meta</text:meta><text:script script:language=\"x\">{}</text:script><text:placeholder text:placeholder-type=\"text\" text:description=\"{}\">p</text:placeholder><text:database-display text:table-name=\"{}\" text:column-name=\"x\">d</text:database-display><text:execute-macro text:name=\"{}\">e</text:execute-macro><text:bibliography-mark text:identifier=\"x\" text:note=\"{}\">[x]</text:bibliography-mark><text:ruby><text:ruby-base>base</text:ruby-base></text:ruby></text:p>",
        h("bookmark", ODF),
        h("reference mark", ODF),
        h("table of contents mark", ODF),
        h("user index mark", ODF),
        h("text:meta, ID", ODF),
        h("text:meta, about", ODF),
        h("text:meta, content", ODF),
        h("script in the text", ODF),
        h("placeholder, description", ODF),
        h("database field", ODF),
        h("macro field", ODF),
        h("bibliography mark, note", ODF)
    );
    let link = format!(
        "<text:p><text:a xlink:href=\"https://example.org/?id={}\" office:name=\"{}\" office:title=\"{}\" office:target-frame-name=\"{}\">{link}</text:a></text:p>",
        h("address of a link", ODF),
        h("link, name", ODF),
        h("link, title", ODF),
        h("link, target frame", ODF)
    );
    let table = format!(
        "<table:table table:name=\"{}\"><table:title>{}</table:title><table:desc>{}</table:desc><table:table-column/><table:table-row><table:table-cell><text:p>{cell}</text:p></table:table-cell></table:table-row></table:table>",
        h("table, name", ODF),
        h("table title (alt text)", ODF),
        h("table description (alt text)", ODF)
    );
    let outside = format!(
        "<draw:frame svg:x=\"-90cm\" svg:y=\"-90cm\" svg:width=\"3cm\" svg:height=\"1cm\" text:anchor-type=\"page\"><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame><draw:frame svg:width=\"1cm\" svg:height=\"1cm\"><draw:object-ole xlink:href=\"./Object 2\" draw:class-id=\"{}\"/><draw:image xlink:href=\"https://example.org/{}.png\"/></draw:frame>",
        h("frame outside the page", ODF),
        h("OLE object, class ID", ODF),
        h("address of an outside picture", ODF)
    );
    format!(
        "{changes}{declarations}<text:h text:outline-level=\"1\">{heading}</text:h><text:p xml:id=\"{}\">{plain}<text:span text:style-name=\"B\">{bold}</text:span>{annotation}{}{}</text:p><text:list xml:id=\"l\"><text:list-item><text:p>{item}</text:p></text:list-item></text:list>{table}{link}<text:p><text:change text:change-id=\"ct1\"/><text:change-start text:change-id=\"ct2\"/>{inserted}<text:change-end text:change-id=\"ct2\"/></text:p><text:p>x<text:note text:id=\"{}\" text:note-class=\"footnote\"><text:note-citation>1</text:note-citation><text:note-body><text:p>{foot}</text:p></text:note-body></text:note></text:p><text:p><draw:frame svg:width=\"5cm\" svg:height=\"1cm\"><draw:text-box><text:p>{box_text}</text:p></draw:text-box></draw:frame></text:p><text:p><text:author-name text:fixed=\"true\">{field}</text:author-name></text:p><text:section text:name=\"s\"><text:p>{section}</text:p></text:section><text:p>{frame}</text:p>{hidden}{marks}<text:p>{outside}</text:p><text:p><own:unknown>{}</own:unknown></text:p>",
        h("paragraph, ID", ODF),
        super::text::zero_width(&zero),
        super::text::tags(&tags),
        h("footnote, ID", ODF),
        h("unknown element", ODF)
    )
}

fn spreadsheet(p: &mut Planter) -> String {
    let mut v = |place: &str, spec| p.visible(place, spec);
    let (sheet, cell, result, link) =
        (v("sheet name", ODF), v("cell", ODF), v("formula result", ODF), v("text of a link", ODF));
    let (frame, annotation) = (picture(p), note(p));
    let mut h = |place: &str, spec| p.hidden(place, spec);
    format!("<table:tracked-changes><table:cell-content-change table:id=\"ct1\"><table:cell-address table:column=\"0\" table:row=\"0\" table:table=\"0\"/><office:change-info><dc:creator>{}</dc:creator><dc:date>2001-01-01T00:00:00</dc:date></office:change-info><table:previous><table:change-track-table-cell><text:p>{}</text:p></table:change-track-table-cell></table:previous></table:cell-content-change></table:tracked-changes><table:calculation-settings/><table:content-validations><table:content-validation table:name=\"{}\" table:condition=\"x\" table:base-cell-address=\"x.A1\"><table:help-message table:title=\"{}\"><text:p>{}</text:p></table:help-message><table:error-message><text:p>{}</text:p></table:error-message></table:content-validation></table:content-validations><table:table table:name=\"{sheet}\" table:protection-key=\"{}\"><table:title>{}</table:title><table:desc>{}</table:desc><table:table-source xlink:href=\"file:///C:/{}\"/><table:scenario table:is-active=\"false\" table:scenario-ranges=\"x.A1\" table:comment=\"{}\"/><table:shapes>{frame}</table:shapes><table:table-column/><table:table-column table:visibility=\"collapse\"/><table:table-row><table:table-cell office:value-type=\"string\"><text:p>{cell}</text:p>{annotation}</table:table-cell><table:table-cell office:value-type=\"string\"><text:p>{}</text:p></table:table-cell></table:table-row><table:table-row table:visibility=\"collapse\"><table:table-cell office:value-type=\"string\"><text:p>{}</text:p></table:table-cell></table:table-row><table:table-row table:visibility=\"filter\"><table:table-cell office:value-type=\"string\"><text:p>{}</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell table:formula=\"of:=&quot;{}&quot;\" office:value-type=\"string\" office:string-value=\"{result}\"><text:p>{result}</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell office:value-type=\"string\"><text:p><text:a xlink:href=\"https://example.org/?id={}\">{link}</text:a></text:p></table:table-cell></table:table-row><table:table-row><table:covered-table-cell office:value-type=\"string\"><text:p>{}</text:p></table:covered-table-cell></table:table-row></table:table><table:table table:name=\"{}\" table:style-name=\"ta_hidden\"><table:table-row table:visibility=\"collapse\"><table:table-cell><text:p>{}</text:p></table:table-cell></table:table-row></table:table><table:named-expressions><table:named-range table:name=\"{}\" table:cell-range-address=\"x.A1\"/><table:named-expression table:name=\"y\" table:expression=\"{}\"/></table:named-expressions><table:database-ranges><table:database-range table:name=\"{}\" table:target-range-address=\"x.A1\"><table:database-source-sql table:database-name=\"{}\" table:sql-statement=\"{}\"/></table:database-range></table:database-ranges><table:data-pilot-tables><table:data-pilot-table table:name=\"{}\" table:target-range-address=\"x.A1\" table:application-data=\"{}\"/></table:data-pilot-tables><table:dde-links><table:dde-link><office:dde-source office:dde-application=\"{}\" office:dde-topic=\"x\" office:dde-item=\"x\"/></table:dde-link></table:dde-links>",
        h("change, creator", ODF), h("change, former content", ODF), h("validation, name", ODF), h("validation, help title", ODF), h("validation, help", ODF), h("validation, error", ODF), h("sheet, protection key", ODF), h("sheet title (alt text)", ODF), h("sheet description (alt text)", ODF), h("sheet source", ODF), h("scenario comment", ODF), h("cell in a hidden column", ODF), h("cell in a hidden row", ODF), h("cell in a filtered row", ODF), h("formula", ODF), h("address of a link", ODF), h("covered cell", ODF), h("hidden sheet, name", ODF), h("hidden sheet, cell", ODF), h("named range", ODF), h("named expression", ODF), h("database range", ODF), h("database name", ODF), h("database statement", ODF), h("pivot table, name", ODF), h("pivot table, application data", ODF), h("DDE link", ODF))
    .replace("table:style-name=\"ta_hidden\"", "table:display=\"false\"")
}

fn presentation(p: &mut Planter) -> String {
    let mut v = |place: &str, spec| p.visible(place, spec);
    let (title, group, link, second) = (
        v("text box", ODF),
        v("text in a group", ODF),
        v("text of a link", ODF),
        v("text of the second page", ODF),
    );
    let (frame, annotation) = (picture(p), note(p));
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let boxed = |at: &str, text: &str| {
        format!(
            "<draw:frame svg:x=\"{at}\" svg:y=\"2cm\" svg:width=\"9cm\" svg:height=\"1cm\"><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>"
        )
    };
    format!(
        "<presentation:header-decl presentation:name=\"{}\">{}</presentation:header-decl><presentation:footer-decl presentation:name=\"x\">{}</presentation:footer-decl><draw:page draw:name=\"{}\" draw:id=\"{}\" draw:master-page-name=\"Standard\">{}{}<draw:g draw:name=\"{}\">{}</draw:g><draw:frame svg:x=\"1cm\" svg:y=\"5cm\" svg:width=\"9cm\" svg:height=\"1cm\"><draw:text-box><text:p><text:a xlink:href=\"https://example.org/?id={}\">{link}</text:a></text:p></draw:text-box></draw:frame>{frame}<draw:custom-shape draw:layer=\"x\" draw:display=\"none\"><text:p>{}</text:p></draw:custom-shape><draw:frame presentation:class=\"title\" presentation:placeholder=\"true\"><draw:text-box><text:p>{}</text:p></draw:text-box></draw:frame><draw:frame draw:layer=\"x\" svg:width=\"0cm\" svg:height=\"0cm\"><draw:plugin xlink:href=\"file:///C:/{}\" draw:mime-type=\"x\"/></draw:frame><presentation:animations><presentation:show-shape draw:shape-id=\"{}\"/></presentation:animations>{annotation}<presentation:notes>{}</presentation:notes></draw:page><draw:page draw:name=\"p2\" draw:master-page-name=\"Standard\">{}</draw:page><draw:page draw:name=\"p3\" draw:style-name=\"PHid\" draw:master-page-name=\"Standard\">{}</draw:page><presentation:settings><presentation:show presentation:name=\"{}\" presentation:pages=\"p2\"/></presentation:settings>",
        h("header declaration, name", ODF),
        h("header declaration that no page uses", ODF),
        h("footer declaration that no page uses", ODF),
        h("page, name", ODF),
        h("page, ID", ODF),
        boxed("1cm", &title),
        boxed("-90cm", &h("text outside the page", ODF)),
        h("group, name", ODF),
        boxed("1cm", &group),
        h("address of a link", ODF),
        h("shape, display none", ODF),
        h("placeholder", ODF),
        h("plug-in, address", ODF),
        h("animation, shape", ODF),
        boxed("1cm", &h("speaker notes", ODF)),
        boxed("1cm", &second),
        boxed("1cm", &h("text of a hidden page", ODF)),
        h("custom show", ODF)
    )
}
