//! Mail (RFC 5322, MIME).

use super::{jpeg, png};
use crate::bytes::join;
use crate::plant::{Planter, Sample};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const MAIL: &str = "RFC 5322, 3.6";

/// Header fields whose values a mail program shows only when asked, or never.
const HEADERS: [&str; 34] = [
    "Return-Path",
    "Delivered-To",
    "Received",
    "X-Received",
    "Authentication-Results",
    "DKIM-Signature",
    "ARC-Seal",
    "Received-SPF",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Reply-To",
    "Sender",
    "Bcc",
    "Resent-From",
    "Resent-Message-ID",
    "Comments",
    "Keywords",
    "User-Agent",
    "X-Mailer",
    "X-Originating-IP",
    "X-MS-Exchange-Organization-AuthAs",
    "Thread-Index",
    "Thread-Topic",
    "Autocrypt",
    "Face",
    "Organization",
    "List-Unsubscribe",
    "Disposition-Notification-To",
    "X-Priority",
    "X-Own-Field",
    "Content-ID",
    "Content-Description",
    "MIME-Version",
];

pub(super) fn samples() -> Vec<Sample> {
    let mut p = Planter::new("EML", "eml");
    let mut v = |place: &str, spec| p.visible(place, spec);
    let (subject, from, to, quoted, flowed, attached) = (
        v("Subject", "RFC 5322, 3.6.5"),
        v("From, display name", "RFC 5322, 3.6.2"),
        v("To, display name", "RFC 5322, 3.6.3"),
        v("text, quoted-printable", "RFC 2045, 6.7"),
        v("text, second paragraph", "RFC 2045, 6.7"),
        v("text of an attached file", "RFC 2183"),
    );
    let html_text = p.hidden("HTML alternative, text in no other alternative", "RFC 2046, 5.1.4");
    let mut out = String::new();
    let mut h = |place: &str, spec| p.hidden(place, spec);
    for name in HEADERS {
        let text = h(&format!("header {name}"), MAIL);
        let value = match name {
            "MIME-Version" => format!("1.0 ({text})"),
            "Received" | "X-Received" => format!(
                "from {text} ([192.0.2.1])\r\n by mx.example.org; Mon, 1 Jan 2001 00:00:00 +0000"
            ),
            "Message-ID" | "In-Reply-To" | "References" | "Content-ID" | "Resent-Message-ID" => {
                format!("<{text}@example.org>")
            }
            _ => text,
        };
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    let (boundary, inner, related) = (
        h("boundary", "RFC 2046, 5.1.1"),
        h("inner boundary", "RFC 2046, 5.1.1"),
        h("boundary of related parts", "RFC 2387"),
    );
    let (from_comment, route, group) = (
        h("comment in an address", "RFC 5322, 3.2.2"),
        h("address in From", "RFC 5322, 3.4"),
        h("comment in Date", "RFC 5322, 3.3"),
    );
    out.push_str(&format!("From: \"{from}\" ({from_comment}) <{route}@example.org>\r\nTo: \"{to}\" <reader@example.org>\r\nDate: Mon, 1 Jan 2001 00:00:00 +0000 ({group})\r\n"));
    let encoded = STANDARD.encode(&subject);
    out.push_str(&format!("Subject: =?utf-8?B?{encoded}?=\r\nContent-Type: multipart/mixed; boundary=\"{boundary}\"; own=\"{}\"\r\n\r\n", h("parameter of Content-Type", "RFC 2045, 5.1")));
    out.push_str(&format!("{}\r\n--{boundary}\r\nContent-Type: multipart/alternative; boundary=\"{inner}\"\r\n\r\n{}\r\n--{inner}\r\n", h("preamble", "RFC 2046, 5.1.1"), h("inner preamble", "RFC 2046, 5.1.1")));
    out.push_str(&format!("Content-Type: text/plain; charset=utf-8; format=flowed; x={}\r\nContent-Transfer-Encoding: quoted-printable\r\nX-Part: {}\r\n\r\nGr=C3=BC=C3=9Fe {quoted}, a soft=\r\n break.\r\n\r\n{flowed}\r\n", h("parameter of a part", "RFC 2045, 5.1"), h("header of a part", "RFC 2045, 3")));
    let html = format!(
        "<html><head><title>{}</title></head><body><!-- {} --><p>Gr&uuml;&szlig;e {quoted}, a soft break.</p><p>{flowed}</p><p style=\"display:none\">{html_text}</p><img src=\"https://example.org/{}.gif\" width=\"1\"><img src=\"cid:pic\" alt=\"{}\"></body></html>",
        h("HTML part, title", "HTML, 4.2.2"),
        h("HTML part, comment", "HTML, 13.1.6"),
        h("HTML part, counting picture", "HTML, 4.8.3"),
        h("HTML part, alt text", "HTML, 4.8.4.4")
    );
    out.push_str(&format!("--{inner}\r\nContent-Type: multipart/related; boundary=\"{related}\"\r\n\r\n--{related}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n", wrap(html.as_bytes())));
    out.push_str(&format!("--{related}\r\nContent-Type: text/x-amp-html\r\n\r\n<html amp4email><!-- {} --></html>\r\n--{related}\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nPRODID:{}\r\nEND:VCALENDAR\r\n", h("AMP part", "AMP for Email"), h("calendar part, product", "RFC 5545, 3.7.3")));
    let (name, description, id, disposition, epilogue, last, date) = (
        h("attached picture, name", "RFC 2183, 2.3"),
        h("attached picture, description", "RFC 2045, 8"),
        h("attached picture, ID", "RFC 2045, 7"),
        h("attached picture, parameter", "RFC 2183, 2"),
        h("inner epilogue", "RFC 2046, 5.1.1"),
        h("epilogue", "RFC 2046, 5.1.1"),
        h("attached picture, X header", "RFC 2045, 3"),
    );
    let picture = wrap(&png::small(&mut p, "attached picture: "));
    let comment = p.hidden("attached photo, COM", "ITU T.81, B.2.4");
    let photo = wrap(&join([
        &jpeg::plain()[..2],
        &jpeg::segment(0xfe, comment.as_bytes()),
        &jpeg::plain()[2..],
    ]));
    let mut h = |place: &str, spec| p.hidden(place, spec);
    out.push_str(&format!("--{related}\r\nContent-Type: image/png; name=\"{name}.png\"\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <{id}>\r\nContent-Description: {description}\r\nX-Own: {date}\r\nContent-Disposition: inline; own=\"{disposition}\"\r\n\r\n{picture}\r\n--{related}--\r\n--{inner}--\r\n{epilogue}\r\n"));
    out.push_str(&format!("--{boundary}\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=\"photo.jpg\"; creation-date=\"{}\"\r\n\r\n{photo}\r\n", h("attachment, creation date", "RFC 2183, 2.4")));
    out.push_str(&format!("--{boundary}\r\nContent-Type: text/plain; name=notes.txt\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename*=utf-8''{}.txt\r\n\r\n{}\r\n", h("attachment, extended file name", "RFC 2231"), wrap(format!("Attached {attached}.\n").as_bytes())));
    let inside = format!(
        "Received: from {}\r\nSubject: forwarded\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nForwarded text.\r\n",
        h("message in the message, Received", "RFC 2046, 5.2.1")
    );
    out.push_str(&format!("--{boundary}\r\nContent-Type: message/rfc822\r\n\r\n{inside}\r\n--{boundary}\r\nContent-Type: application/pgp-signature\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\nComment: {}\r\n\r\niQ==\r\n-----END PGP SIGNATURE-----\r\n--{boundary}\r\nContent-Type: application/ms-tnef; name=winmail.dat\r\n\r\n{}\r\n--{boundary}--\r\n{last}\r\n", h("signature, comment", "RFC 3156 and RFC 9580, 6.2"), h("TNEF part", "MS-OXTNEF")));
    vec![p.sample("eml", out.into_bytes())]
}

fn wrap(bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    text.as_bytes()
        .chunks(76)
        .map(|line| String::from_utf8_lossy(line))
        .collect::<Vec<_>>()
        .join("\r\n")
}
