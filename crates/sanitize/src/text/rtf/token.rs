//! The pieces of the syntax (RTF 1.9.1, "RTF syntax").

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Token<'a> {
    Open,
    Close,
    /// A control word and its number.
    Word(&'a str, Option<i32>),
    /// A control symbol.
    Symbol(u8),
    /// `\'hh`
    Hex(u8),
    /// Bytes behind `\bin`.
    Binary(&'a [u8]),
    /// Bytes of text without line ends.
    Text(&'a [u8]),
}

pub(super) struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    pub(super) fn new(input: &'a [u8]) -> Self {
        Self { rest: input }
    }

    /// What has not been read.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) fn next(&mut self) -> Option<Token<'a>> {
        while let [b'\r' | b'\n' | 0, tail @ ..] = self.rest {
            self.rest = tail;
        }
        let (first, tail) = self.rest.split_first()?;
        match first {
            b'{' => {
                self.rest = tail;
                Some(Token::Open)
            }
            b'}' => {
                self.rest = tail;
                Some(Token::Close)
            }
            b'\\' => {
                self.rest = tail;
                Some(self.control())
            }
            _ => {
                let special = |b: &u8| matches!(b, b'{' | b'}' | b'\\' | b'\r' | b'\n' | 0);
                let end = self.rest.iter().position(special).unwrap_or(self.rest.len());
                let (text, tail) = self.rest.split_at(end);
                self.rest = tail;
                Some(Token::Text(text))
            }
        }
    }

    fn control(&mut self) -> Token<'a> {
        let rest = self.rest;
        let length = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        if length == 0 {
            let Some((symbol, tail)) = rest.split_first() else { return Token::Symbol(b' ') };
            self.rest = tail;
            if *symbol != b'\'' {
                return Token::Symbol(*symbol);
            }
            let digits = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
            let Some(byte) = digits.and_then(|two| u8::from_str_radix(two, 16).ok()) else {
                return Token::Symbol(b'\'');
            };
            self.rest = tail.get(2..).unwrap_or_default();
            return Token::Hex(byte);
        }
        let (word, tail) = rest.split_at(length);
        let word = std::str::from_utf8(word).unwrap_or_default();
        let sign = usize::from(tail.first() == Some(&b'-'));
        let digits = tail.iter().skip(sign).take_while(|b| b.is_ascii_digit()).count();
        let (number, tail) =
            tail.split_at(if digits == 0 { 0 } else { sign.saturating_add(digits) });
        // A number too large is none of ours.
        let number = std::str::from_utf8(number).ok().and_then(|number| number.parse().ok());
        self.rest = tail.strip_prefix(b" ").unwrap_or(tail);
        if word == "bin" {
            let count = number.and_then(|n: i32| usize::try_from(n).ok()).unwrap_or_default();
            let (data, tail) = self.rest.split_at(count.min(self.rest.len()));
            self.rest = tail;
            return Token::Binary(data);
        }
        Token::Word(word, number)
    }
}
