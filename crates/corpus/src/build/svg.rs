//! SVG 2 and XML 1.0.

use super::{png, xmp};
use crate::bytes::gzip;
use crate::plant::{Planter, Sample};
use base64::Engine;

const SVG: &str = "SVG 2";
const XML: &str = "XML 1.0, 2.5 to 2.8";

pub(super) fn samples() -> Vec<Sample> {
    let (p, text) = drawing("svg");
    let plain = p.sample("svg", text.into_bytes());
    let (mut p, text) = drawing("svg-compressed");
    let (name, comment) =
        (p.hidden("gzip file name", "RFC 1952, 2.3"), p.hidden("gzip comment", "RFC 1952, 2.3"));
    let bytes = gzip(text.as_bytes(), &name, &comment);
    vec![plain, p.sample("svgz", bytes)]
}

fn drawing(name: &'static str) -> (Planter, String) {
    let mut p = Planter::new("SVG", name);
    let seen = p.visible("text", "SVG 2, 11.2");
    let span = p.visible("tspan", "SVG 2, 11.2");
    let packet = xmp::packet(&mut p, "metadata ");
    let packet = packet
        .trim_start_matches("<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>")
        .trim_end_matches("<?xpacket end=\"w\"?>")
        .to_owned();
    let picture = base64::engine::general_purpose::STANDARD
        .encode(png::small(&mut p, "image element, data URL: "));
    let mut h = |place: &str, spec| p.hidden(place, spec);
    let text = format!(
        r##"<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- {comment} -->
<?xml-stylesheet href="data:text/css,/*{pi}*/" type="text/css"?>
<?other {pi2}?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd" [ <!ENTITY unused "{entity}"> <!-- {dtdcomment} --> ]>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"
 xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" xmlns:u{ns}="urn:{nsuri}" width="200" height="120" viewBox="0 0 200 120"
 sodipodi:docname="{docname}" inkscape:export-filename="/home/{export}/x.png" data-own="{data}" id="{id}" class="{class}" aria-label="{aria}">
<title>{title}</title>
<desc>{desc}</desc>
<metadata>{packet}<own xmlns="urn:x">{metadata}</own></metadata>
<sodipodi:namedview inkscape:window-width="{window}"/>
<style>/* {csscomment} */ .unused-{selector} {{ fill: red; font-family: "{font}" }} rect {{ --own: {variable}; }}</style>
<script>var s = "{script}";</script>
<defs><linearGradient id="{gradient}"><stop offset="0" stop-color="#123456"/></linearGradient>
<symbol id="unused"><text>{symbol}</text></symbol>
<font-face font-family="{fontface}"/></defs>
<rect x="0" y="0" width="200" height="120" fill="#eeeeee" inkscape:label="{label}"/>
<text x="10" y="30" font-size="14">{seen}</text>
<text x="10" y="60" font-size="14"><tspan fill="#202020">{span}</tspan></text>
<text x="10" y="80" visibility="hidden">{visibility}</text>
<text x="10" y="80" display="none">{display}</text>
<text x="10" y="80" opacity="0">{opacity}</text>
<text x="10" y="80" fill-opacity="0">{fillopacity}</text>
<text x="10" y="80" fill="none">{nofill}</text>
<text x="10" y="80" style="display:none">{styled}</text>
<text x="10" y="80" font-size="0">{zero}</text>
<text x="-900" y="-900">{outside}</text>
<g transform="scale(0)"><text x="1" y="9">{scaled}</text></g>
<g clip-path="url(#none)"><clipPath id="none"><rect width="0" height="0"/></clipPath><text x="1" y="9">{clipped}</text></g>
<switch><text systemLanguage="xx" y="9">{switched}</text><circle r="3" cx="190" cy="110"/></switch>
<text x="10" y="100" fill="#eeeeee" font-size="10">{same}</text>
<text x="120" y="100" font-size="10">{covered}</text><rect x="110" y="85" width="90" height="30" fill="#000000"/>
<a href="https://example.org/?id={href}" xlink:title="{linktitle}" target="{target}"><circle cx="150" cy="20" r="9"/></a>
<image x="150" y="40" width="32" height="24" href="data:image/png;base64,{picture}"/>
<image x="0" y="0" width="0" height="0" href="https://example.org/{external}.png"/>
<foreignObject x="0" y="0" width="0" height="0"><p xmlns="http://www.w3.org/1999/xhtml">{foreign}</p></foreignObject>
<path d="M0 0L9 9" onclick="alert('{handler}')" xml:id="{xmlid}" xml:base="https://example.org/{base}"/>
<animate attributeName="x" values="{animate}"/>
<view id="{view}" viewTarget="x"/>
<unknown xmlns="urn:example:unknown" attribute="{unknownattr}">{unknown}</unknown>
<![CDATA[{cdata}]]>
</svg>
<!-- {after} -->"##,
        comment = h("comment before the root", XML),
        pi = h("stylesheet instruction", "xml-stylesheet 1.0"),
        pi2 = h("processing instruction", XML),
        entity = h("entity that nothing uses", "XML 1.0, 4.2"),
        dtdcomment = h("comment in the document type", XML),
        ns = h("namespace prefix", "Namespaces in XML 1.0, 3"),
        nsuri = h("namespace URI", "Namespaces in XML 1.0, 3"),
        docname = h("sodipodi:docname", "Inkscape's extensions"),
        export = h("inkscape:export-filename", "Inkscape's extensions"),
        data = h("data-* attribute", "SVG 2, 5.11"),
        id = h("id", "SVG 2, 5.9.1"),
        class = h("class", "SVG 2, 5.9.4"),
        aria = h("aria-label", "SVG 2, 5.12"),
        title = h("title", "SVG 2, 5.7"),
        desc = h("desc", "SVG 2, 5.7"),
        metadata = h("metadata", "SVG 2, 5.8"),
        window = h("sodipodi:namedview", "Inkscape's extensions"),
        csscomment = h("comment in style", "CSS Syntax 3, 4.3.2"),
        selector = h("style rule that matches nothing", "SVG 2, 6"),
        font = h("font-family that nothing uses", "CSS Fonts 4, 2.1"),
        variable = h("custom property", "CSS Custom Properties 1, 2"),
        script = h("script", "SVG 2, 15.9"),
        gradient = h("id of a gradient", "SVG 2, 13"),
        symbol = h("symbol that nothing uses", "SVG 2, 5.5"),
        fontface = h("font-face", "SVG 1.1, 20.8"),
        label = h("inkscape:label", "Inkscape's extensions"),
        visibility = h("text, visibility hidden", "SVG 2, 3.6"),
        display = h("text, display none", "SVG 2, 3.6"),
        opacity = h("text, opacity 0", "SVG 2, 3.7"),
        fillopacity = h("text, fill-opacity 0", "SVG 2, 13.4.3"),
        nofill = h("text, fill none", "SVG 2, 13.4.1"),
        styled = h("text, display none in style", SVG),
        zero = h("text, font-size 0", SVG),
        outside = h("text outside the view box", SVG),
        scaled = h("text scaled to nothing", SVG),
        clipped = h("text clipped away", "SVG 2, 14.3"),
        switched = h("branch of switch not taken", "SVG 2, 5.10"),
        same = h("text in the colour of its background", SVG),
        covered = h("text under a box", SVG),
        href = h("address of a link", "SVG 2, 16.2"),
        linktitle = h("xlink:title", "SVG 2, 16.2"),
        target = h("target of a link", "SVG 2, 16.2"),
        external = h("address of an outside picture", "SVG 2, 12.2"),
        foreign = h("foreignObject of no size", "SVG 2, 12.4"),
        handler = h("event handler", "SVG 2, 15.3"),
        xmlid = h("xml:id", "xml:id 1.0"),
        base = h("xml:base", "XML Base"),
        animate = h("values of an animation", "SVG Animations 2"),
        view = h("id of a view", "SVG 2, 16.6"),
        unknownattr = h("attribute of an unknown element", SVG),
        unknown = h("unknown element", SVG),
        cdata = h("CDATA outside text", XML),
        after = h("comment behind the root", XML),
    );
    (p, text)
}
