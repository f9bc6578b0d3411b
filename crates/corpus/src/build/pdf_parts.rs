//! The parts of a PDF that no page shows: catalog, information, names, forms, annotations, hidden text.

use super::pdf::{Objects, show};
use super::{jpeg, xmp};
use crate::bytes::utf16be;
use crate::plant::{Date, Planter};

/// Text of the page that nobody sees.
pub(super) fn unseen(p: &mut Planter) -> String {
    let mut all = String::new();
    for (place, spec, before, x, y) in [
        ("text, render mode 3", "ISO 32000-2, 9.3.6", "3 Tr", 60, 560),
        ("text, white", "ISO 32000-2, 8.6", "1 g", 60, 550),
        ("text, fully transparent", "ISO 32000-2, 11.3", "/Gs0 gs", 60, 540),
        ("text outside the page", "ISO 32000-2, 14.11.2", "", -500, -500),
        ("text above the page", "ISO 32000-2, 14.11.2", "", 60, 2000),
        ("text of no size", "ISO 32000-2, 9.3", "0 Tz", 60, 530),
        ("text clipped away", "ISO 32000-2, 8.5.4", "0 0 1 1 re W n", 60, 520),
        ("text in a layer that is off", "ISO 32000-2, 8.11.3", "/OC /OC2 BDC", 60, 510),
    ] {
        let text = p.hidden(place, spec);
        let end = if before.ends_with("BDC") { "EMC" } else { "" };
        all.push_str(&format!("q {before}\n{}{end} Q\n", show(x, y, &text)));
    }
    let tiny = p.hidden("text, a hundredth of a point", "ISO 32000-2, 9.3");
    all.push_str(&format!("BT /F1 0.01 Tf 60 500 Td ({tiny}) Tj ET\n"));
    let (covered, painted) = (
        p.hidden("text under a black box", "ISO 32000-2, 8.2"),
        p.hidden("text under a picture", "ISO 32000-2, 8.2"),
    );
    all.push_str(&format!("{}0 g 50 460 300 30 re f\n", show(60, 470, &covered)));
    all.push_str(&format!(
        "{}q 64 0 0 48 400 460 cm /Im1 Do Q\n",
        show(405, 480, &painted).replace("12 Tf", "4 Tf")
    ));
    let (actual, alt, expansion, point, id, artifact) = (
        p.hidden("marked content, ActualText", "ISO 32000-2, 14.9.4"),
        p.hidden("marked content, Alt", "ISO 32000-2, 14.9.3"),
        p.hidden("marked content, E", "ISO 32000-2, 14.9.5"),
        p.hidden("marked-content point", "ISO 32000-2, 14.6"),
        p.hidden("marked content, tag", "ISO 32000-2, 14.6"),
        p.hidden("artifact, property", "ISO 32000-2, 14.8.2.2"),
    );
    all.push_str(&format!("/Span << /ActualText ({actual}) /Alt ({alt}) /E ({expansion}) /MCID 0 >> BDC EMC /Own << /X ({point}) >> DP /{id} BMC EMC /Artifact << /Type /Pagination /Own ({artifact}) >> BDC EMC\n"));
    let (inline, compat) = (
        p.hidden("inline image, bytes behind its rows", "ISO 32000-2, 8.9.7"),
        p.hidden("operator of no standard between BX and EX", "ISO 32000-2, 7.8.2"),
    );
    all.push_str(&format!("q 4 0 0 4 500 700 cm BI /W 1 /H 1 /CS /G /BPC 8 /L 15 ID \u{7f}{inline}\nEI Q\nBX ({compat}) own EX\n"));
    all
}

/// Entries of the page itself.
pub(super) fn page_extras(p: &mut Planter, o: &mut Objects) -> String {
    let packet = xmp::packet(p, "page, Metadata ");
    let metadata = o.stream("/Type /Metadata /Subtype /XML", packet.as_bytes());
    let thumb = p.hidden("page, Thumb", "ISO 32000-2, 12.3.4");
    let mut pixels = thumb.into_bytes();
    pixels.resize(64, 0);
    let thumb = o.stream("/Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8", &pixels);
    let date = p.date("page, LastModified", "ISO 32000-2, 7.7.3.3", Date::Digits);
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let script = h("page, AA script", "ISO 32000-2, 12.6.3");
    format!(
        "/Metadata {metadata} /Thumb {thumb} /LastModified (D:{date}) /PieceInfo << /{} << /LastModified (D:20010101) /Private ({}) >> >> /ID ({}) /SeparationInfo << /DeviceColorant ({}) >> /AA << /O << /S /JavaScript /JS ({script}) >> >> /VP [<< /Name ({}) /Measure << /Subtype /GEO /WKT ({}) >> >>] /TemplateInstantiated /{} /Own ({})",
        h("page, PieceInfo, name", "ISO 32000-2, 14.5"),
        h("page, PieceInfo, data", "ISO 32000-2, 14.5"),
        h("page, ID", "ISO 32000-2, 14.10"),
        h("page, SeparationInfo", "ISO 32000-2, 14.11.4"),
        h("page, viewport name", "ISO 32000-2, 12.9"),
        h("page, geospatial measure", "ISO 32000-2, 12.10"),
        h("page, template name", "ISO 32000-2, 12.7.7"),
        h("page, entry of no standard", "ISO 32000-2, annex E")
    )
}

/// Every kind of annotation; the array, and the form's fields.
pub(super) fn annotations(p: &mut Planter, o: &mut Objects, font: &str) -> (String, String) {
    let spec = "ISO 32000-2, 12.5";
    let mut all = Vec::new();
    for kind in [
        "Text",
        "FreeText",
        "Line",
        "Square",
        "Circle",
        "Polygon",
        "PolyLine",
        "Highlight",
        "Underline",
        "Squiggly",
        "StrikeOut",
        "Caret",
        "Stamp",
        "Ink",
        "Popup",
        "Sound",
        "Movie",
        "Screen",
        "PrinterMark",
        "TrapNet",
        "Watermark",
        "3D",
        "Redact",
        "Projection",
        "RichMedia",
        "Own",
    ] {
        let text = p.hidden(format!("annotation {kind}, Contents"), spec);
        all.push(o.add(format!(
            "<< /Type /Annot /Subtype /{kind} /Rect [500 20 510 30] /F 2 /Contents ({text}) >>"
        )));
    }
    let date = p.date("annotation, M", spec, Date::Digits);
    let wide = p.hidden("annotation, Contents in UTF-16", spec);
    let wide = hex::encode(utf16be(&wide));
    let mut h = |place: &str, spec| p.hidden(place, spec);
    all.push(o.add(format!("<< /Type /Annot /Subtype /Text /Rect [500 20 510 30] /F 2 /NM ({}) /T ({}) /Subj ({}) /RC ({}) /M (D:{date}) /CreationDate (D:20010101) /Contents <FEFF{wide}> /OverlayText ({}) /Lang ({}) >>", h("annotation, NM", spec), h("annotation, T (author)", "ISO 32000-2, 12.5.6.2"), h("annotation, Subj", "ISO 32000-2, 12.5.6.2"), h("annotation, RC", "ISO 32000-2, 12.7.3.4"), h("annotation, OverlayText", "ISO 32000-2, 12.5.6.23"), h("annotation, Lang", spec))));
    let (uri, launch, remote, dest, named, submit) = (
        h("link, URI", "ISO 32000-2, 12.6.4.8"),
        h("link, Launch file", "ISO 32000-2, 12.6.4.6"),
        h("link, GoToR file", "ISO 32000-2, 12.6.4.3"),
        h("link, destination name", "ISO 32000-2, 12.3.2.4"),
        h("link, Named action", "ISO 32000-2, 12.6.4.12"),
        h("link, SubmitForm address", "ISO 32000-2, 12.7.6.2"),
    );
    for action in [
        format!("/A << /S /URI /URI (https://example.org/?id={uri}) >>"),
        format!("/A << /S /Launch /F ({launch}) >>"),
        format!("/A << /S /GoToR /F ({remote}) /D [0 /Fit] >>"),
        format!("/Dest ({dest})"),
        format!("/A << /S /Named /N /{named} >>"),
        format!("/A << /S /SubmitForm /F (https://example.org/{submit}) >>"),
    ] {
        all.push(o.add(format!(
            "<< /Type /Annot /Subtype /Link /Rect [60 780 100 790] /Border [0 0 0] {action} >>"
        )));
    }
    let (file, name, about) = (
        h("file attachment, data", "ISO 32000-2, 7.11.4"),
        h("file attachment, name", "ISO 32000-2, 7.11.3"),
        h("file attachment, Desc", "ISO 32000-2, 7.11.3"),
    );
    let file = o.stream("/Type /EmbeddedFile", file.as_bytes());
    all.push(o.add(format!("<< /Type /Annot /Subtype /FileAttachment /Rect [500 20 510 30] /F 2 /FS << /Type /Filespec /F ({name}) /UF ({name}) /Desc ({about}) /EF << /F {file} >> >> >>")));
    let hidden_look = h("appearance of a hidden annotation", "ISO 32000-2, 12.5.5");
    let look = o.stream(&format!("/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F1 {font} >> >>"), show(0, 5, &hidden_look).as_bytes());
    all.push(o.add(format!(
        "<< /Type /Annot /Subtype /Stamp /Rect [300 20 500 40] /F 2 /AP << /N {look} >> >>"
    )));
    let value = p.visible("form field, its appearance", "ISO 32000-2, 12.7.4");
    let look = o.stream(&format!("/Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F1 {font} >> >>"), format!("/Tx BMC {} EMC", show(2, 5, &value)).as_bytes());
    let mut h = |place: &str| p.hidden(place, "ISO 32000-2, 12.7.4");
    let widget = o.add(format!("<< /Type /Annot /Subtype /Widget /FT /Tx /Rect [60 400 260 420] /F 4 /T ({}) /TU ({}) /TM ({}) /DV ({}) /V ({value}) /DS ({}) /AA << /K << /S /JavaScript /JS ({}) >> >> /MK << /CA ({}) >> /AP << /N {look} >> /DA (/F1 12 Tf 0 g) >>", h("form field, T"), h("form field, TU"), h("form field, TM"), h("form field, DV"), h("form field, DS"), h("form field, script"), h("form field, MK caption")));
    let (hidden_value, option) =
        (h("hidden form field, V"), h("form field, option that is not chosen"));
    let hidden = o.add(format!("<< /Type /Annot /Subtype /Widget /FT /Ch /Rect [0 0 0 0] /F 2 /T (h) /V ({hidden_value}) /Opt [({option})] >>"));
    let spec = "ISO 32000-2, 12.8";
    let mut h = |place: &str| p.hidden(place, spec);
    let signature = o.add(format!("<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /Name ({}) /Location ({}) /Reason ({}) /ContactInfo ({}) /Prop_Build << /App << /Name /{} >> >> /Contents <{}> /ByteRange [0 0 0 0] >>", h("signature, Name"), h("signature, Location"), h("signature, Reason"), h("signature, ContactInfo"), h("signature, Prop_Build"), hex::encode(h("signature, Contents"))));
    let field = o.add(format!(
        "<< /Type /Annot /Subtype /Widget /FT /Sig /Rect [0 0 0 0] /F 2 /T (s) /V {signature} >>"
    ));
    all.extend([widget.clone(), hidden.clone(), field.clone()]);
    (format!("[{}]", all.join(" ")), format!("[{widget} {hidden} {field}]"))
}

/// The catalog and the information dictionary.
pub(super) fn catalog(
    p: &mut Planter,
    o: &mut Objects,
    fields: &str,
    layers: &str,
) -> (String, String) {
    let spec = "ISO 32000-2, 14.3.3";
    let mut info = String::new();
    for key in [
        "Title",
        "Author",
        "Subject",
        "Keywords",
        "Creator",
        "Producer",
        "Company",
        "SourceModified",
        "PTEX.Fullbanner",
        "Own",
    ] {
        info.push_str(&format!("/{key} ({}) ", p.hidden(format!("Info {key}"), spec)));
    }
    info.push_str(&format!("/{} (x) ", p.hidden("Info, name of an entry", spec)));
    for key in ["CreationDate", "ModDate"] {
        info.push_str(&format!(
            "/{key} (D:{}) ",
            p.date(format!("Info {key}"), spec, Date::Digits)
        ));
    }
    let info = o.add(format!("<< {info}>>"));
    let packet = xmp::packet(p, "catalog, Metadata ");
    let metadata = o.plain("/Type /Metadata /Subtype /XML", packet.as_bytes());
    let profile = xmp::icc(p, "output intent ");
    let profile = o.stream("/N 3", &profile);
    let portfolio = jpeg::thumbnail(p, "embedded file, JPEG ");
    let mut h = |place: &str, spec| p.hidden(place, spec);

    let (data, name, about, subtype, creator) = (
        h("embedded file, data", "ISO 32000-2, 7.11.4"),
        h("embedded file, name", "ISO 32000-2, 7.11.3"),
        h("embedded file, Desc", "ISO 32000-2, 7.11.3"),
        h("embedded file, Subtype", "ISO 32000-2, 7.11.4"),
        h("embedded file, Mac Creator", "ISO 32000-2, 7.11.4"),
    );
    let embedded = o.stream(
        &format!(
            "/Type /EmbeddedFile /Subtype /{subtype} /Params << /Mac << /Creator ({creator}) >> >>"
        ),
        data.as_bytes(),
    );
    let picture = o.stream("/Type /EmbeddedFile", &portfolio);
    let files = format!(
        "<< /Names [({name}) << /Type /Filespec /F ({name}) /UF ({name}) /Desc ({about}) /EF << /F {embedded} >> /RF << /F [(x) {picture}] >> >>] >>"
    );
    let (script_name, script, template, alternate, id, url, dest, look, render) = (
        h("document script, name", "ISO 32000-2, 12.6.4.17"),
        h("document script", "ISO 32000-2, 12.6.4.17"),
        h("hidden page template, name", "ISO 32000-2, 12.7.7"),
        h("AlternatePresentations, name", "ISO 32000-2, 13.5"),
        h("web capture ID", "ISO 32000-2, 14.10.4"),
        h("web capture URL", "ISO 32000-2, 14.10.4"),
        h("named destination", "ISO 32000-2, 12.3.2.4"),
        h("named appearance", "ISO 32000-2, 12.5.5"),
        h("rendition, name", "ISO 32000-2, 13.2"),
    );
    let page_text = h("hidden page template, text", "ISO 32000-2, 12.7.7");
    let contents = o.stream("", show(60, 700, &page_text).as_bytes());
    let hidden_page =
        o.add(format!("<< /Type /Template /MediaBox [0 0 100 100] /Contents {contents} >>"));
    let names = format!(
        "/Names << /EmbeddedFiles {files} /JavaScript << /Names [({script_name}) << /S /JavaScript /JS ({script}) >>] >> /Templates << /Names [({template}) {hidden_page}] >> /AlternatePresentations << /Names [({alternate}) << >>] >> /IDS << /Names [({id}) << >>] >> /URLS << /Names [({url}) << >>] >> /Dests << /Names [({dest}) [3 0 R /Fit]] >> /AP << /Names [({look}) << >>] >> /Renditions << /Names [({render}) << /S /MR >>] >> >>"
    );

    let long = h("document script in a stream", "ISO 32000-2, 12.6.4.17");
    let long = o.stream("", long.as_bytes());
    let (open, xfa, xfa_data, calc) = (
        h("OpenAction script", "ISO 32000-2, 12.6.4.17"),
        h("XFA form", "ISO 32000-2, annex K"),
        h("XFA datasets", "ISO 32000-2, annex K"),
        h("closing script", "ISO 32000-2, 12.6.3"),
    );
    let (xfa, xfa_data) = (o.stream("", xfa.as_bytes()), o.stream("", xfa_data.as_bytes()));
    let form = format!(
        "/AcroForm << /Fields {fields} /XFA [(form) {xfa} (datasets) {xfa_data}] /NeedAppearances false >> /OpenAction << /S /JavaScript /JS ({open}) >> /AA << /WC << /S /JavaScript /JS ({calc}) /Next << /S /JavaScript /JS {long} >> >> >>"
    );

    let (outline, action, outline_tag) = (
        h("bookmark", "ISO 32000-2, 12.3.3"),
        h("bookmark, action", "ISO 32000-2, 12.3.3"),
        h("structure element, ID of a bookmark", "ISO 32000-2, 12.3.3"),
    );
    let item = o.add(format!("<< /Title ({outline}) /A << /S /URI /URI (https://example.org/{action}) >> /Own ({outline_tag}) >>"));
    let outlines = o.add(format!("<< /Type /Outlines /First {item} /Last {item} /Count 1 >>"));

    let s = "ISO 32000-2, 14.7 to 14.9";
    let (title, alt, actual, expansion, lang, ident, class, role, namespace, user, value, phoneme) = (
        h("structure element, T", s),
        h("structure element, Alt", s),
        h("structure element, ActualText", s),
        h("structure element, E", s),
        h("structure element, Lang", s),
        h("structure element, ID", s),
        h("class map", s),
        h("role map", s),
        h("namespace", s),
        h("user property, name", s),
        h("user property, value", s),
        h("structure element, Phoneme", s),
    );
    let element = o.add(format!("<< /Type /StructElem /S /Figure /T ({title}) /Alt ({alt}) /ActualText ({actual}) /E ({expansion}) /Lang ({lang}) /ID ({ident}) /Phoneme ({phoneme}) /Pg 3 0 R /K 0 /A << /O /UserProperties /P [<< /N ({user}) /V ({value}) >>] >> >>"));
    let tree = o.add(format!("<< /Type /StructTreeRoot /K [{element}] /ClassMap << /{class} << >> >> /RoleMap << /{role} /P >> /Namespaces [<< /NS ({namespace}) >>] >>"));

    let (thread, thread_author) = (
        h("article thread, Title", "ISO 32000-2, 12.4.3"),
        h("article thread, Author", "ISO 32000-2, 12.4.3"),
    );
    let thread =
        o.add(format!("<< /Type /Thread /I << /Title ({thread}) /Author ({thread_author}) >> >>"));
    let (cert, spider) = (
        h("document security store, certificate", "ISO 32000-2, 12.8.4.3"),
        h("web capture, SpiderInfo", "ISO 32000-2, 14.10.2"),
    );
    let cert = o.stream("", cert.as_bytes());
    let af = h("associated file", "ISO 32000-2, 14.13");
    let af = o.stream("/Type /EmbeddedFile", af.as_bytes());
    let rest = format!(
        "/PageLabels << /Nums [0 << /P ({}) >>] >> /Lang ({}) /URI << /Base (https://{}/) >> /PieceInfo << /{} << /Private ({}) >> >> /OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier ({}) /Info ({}) /RegistryName ({}) /DestOutputProfile {profile} >>] /Legal << /Attestation ({}) >> /Requirements [<< /S /EnableJavaScripts /RH << /Script ({}) >> >>] /Extensions << /{} << /BaseVersion /1.7 /ExtensionLevel 3 /URL ({}) >> >> /Collection << /Type /Collection /D ({}) /Schema << /{} << /N ({}) /Subtype /S >> >> >> /DPartRoot << /NodeNameList [/{}] >> /MarkInfo << /Marked true >> /Perms << /UR3 << /Type /Sig /Msg ({}) >> >> /SpiderInfo << /V 1.0 /C [<< /URL ({spider}) >>] >> /Threads [{thread}] /DSS << /Certs [{cert}] >> /AF [<< /Type /Filespec /F ({}) /EF << /F {af} >> /AFRelationship /{} >>] /Own ({})",
        h("page label prefix", "ISO 32000-2, 12.4.2"),
        h("catalog, Lang", "ISO 32000-2, 14.9.2"),
        h("base address", "ISO 32000-2, 12.6.4.8"),
        h("catalog, PieceInfo, name", "ISO 32000-2, 14.5"),
        h("catalog, PieceInfo, data", "ISO 32000-2, 14.5"),
        h("output intent, identifier", "ISO 32000-2, 14.11.5"),
        h("output intent, Info", "ISO 32000-2, 14.11.5"),
        h("output intent, registry", "ISO 32000-2, 14.11.5"),
        h("legal attestation", "ISO 32000-2, 12.8.7"),
        h("requirement handler", "ISO 32000-2, 12.11"),
        h("extension, prefix", "ISO 32000-2, 7.12"),
        h("extension, URL", "ISO 32000-2, 7.12"),
        h("collection, file", "ISO 32000-2, 12.3.5"),
        h("collection, field", "ISO 32000-2, 12.3.5"),
        h("collection, field name", "ISO 32000-2, 12.3.5"),
        h("document parts, name", "ISO 32000-2, 14.12"),
        h("usage rights, message", "ISO 32000-2, 12.8.2.3"),
        h("associated file, name", "ISO 32000-2, 14.13"),
        h("associated file, relation", "ISO 32000-2, 14.13"),
        h("catalog, entry of no standard", "ISO 32000-2, annex E")
    );
    (
        format!(
            "<< /Type /Catalog /Pages 2 0 R /Metadata {metadata} {names} {form} /Outlines {outlines} /StructTreeRoot {tree} {layers} {rest} >>"
        ),
        info,
    )
}
