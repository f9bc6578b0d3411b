//! What a story's page says, as words: for the public log, and for whoever compares a page with it.

/// The words of a page's article, one space between them: tags left out, references resolved as far as these pages use
/// them. `None` if there is no article. Where pictures are, only their captions count: the pictures have hashes of their own.
#[must_use]
pub fn article_words(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("<article")?;
    let (article, _) = rest.split_once("</article>")?;
    let (_, mut rest) = article.split_once('>')?;
    let mut text = String::with_capacity(rest.len());
    while let Some((before, tag)) = rest.split_once('<') {
        text.push_str(before);
        // An element's end is a word's end, unless it is within a line.
        let name: String =
            tag.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        if !matches!(
            name.as_str(),
            "a" | "em"
                | "strong"
                | "i"
                | "b"
                | "span"
                | "sup"
                | "sub"
                | "cite"
                | "q"
                | "code"
                | "bdi"
                | "abbr"
        ) {
            text.push(' ');
        }
        rest = tag.split_once('>')?.1;
    }
    text.push_str(rest);
    for (reference, meant) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ] {
        text = text.replace(reference, meant);
    }
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_nothing_else() {
        let page = "<main><p>Not this</p><article class=\"story\"><h1>A &amp; b</h1><p>one<em>two</em>\n three<br>four</p>\
                    <img src=\"x\" alt=\"no\"></article><p>nor this</p>";
        assert_eq!(article_words(page).unwrap(), "A & b onetwo three four");
        let other = page.replace("three", "free");
        assert_ne!(article_words(page), article_words(&other));
        assert_eq!(article_words("<p>none</p>"), None);
        assert_eq!(article_words("<article <"), None);
    }
}
