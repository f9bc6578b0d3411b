//! The few forms of PDF syntax that the writer uses. Anything else is an error, white space included.

use std::collections::BTreeMap;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Bool(bool),
    Number(f64),
    Name(String),
    Text(String),
    Array(Vec<Value>),
    Dict(Dict),
    Ref(usize),
}

/// Entries by name; a name occurs once.
pub(super) type Dict = BTreeMap<String, Value>;

/// An object, with the bytes of its stream if it is one.
#[derive(Debug)]
pub(super) struct Object<'a> {
    pub(super) value: Value,
    pub(super) stream: Option<&'a [u8]>,
}

/// Reads from a place on.
pub(super) struct Reader<'a> {
    data: &'a [u8],
    pub(super) at: usize,
}

/// Deepest nesting of arrays and dictionaries that the writer makes.
const MAX_DEPTH: u32 = 8;

impl<'a> Reader<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0 }
    }

    /// What is left.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.data.get(self.at..).unwrap_or_default()
    }

    /// Goes past exactly these bytes.
    pub(super) fn expect(&mut self, text: &[u8]) -> Option<()> {
        self.rest().starts_with(text).then(|| self.at += text.len())
    }

    fn peek(&self) -> Option<u8> {
        self.data.get(self.at).copied()
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.iter().position(|byte| !wanted(*byte)).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }

    /// An object of that number.
    pub(super) fn object(&mut self, number: usize) -> Option<Object<'a>> {
        self.expect(format!("{number} 0 obj\n").as_bytes())?;
        let value = self.value(0)?;
        let mut stream = None;
        if let Value::Dict(dict) = &value
            && self.expect(b"\nstream\n").is_some()
        {
            let Some(Value::Number(length)) = dict.get("Length") else { return None };
            let length = *length as usize;
            stream = Some(self.rest().get(..length)?);
            self.at += length;
            self.expect(b"\nendstream")?;
        }
        self.expect(b"\nendobj\n")?;
        Some(Object { value, stream })
    }

    /// A value.
    pub(super) fn value(&mut self, depth: u32) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.peek()? {
            b'<' if self.rest().starts_with(b"<<") => self.dict(depth).map(Value::Dict),
            b'[' => self.array(depth),
            b'/' => self.name().map(Value::Name),
            b'(' => {
                self.at += 1;
                let text = self.take_while(|byte| byte.is_ascii_alphanumeric()).to_owned();
                self.expect(b")")?;
                Some(Value::Text(text))
            }
            b't' => self.expect(b"true").map(|()| Value::Bool(true)),
            b'f' => self.expect(b"false").map(|()| Value::Bool(false)),
            _ => self.number_or_reference(),
        }
    }

    fn dict(&mut self, depth: u32) -> Option<Dict> {
        self.expect(b"<<")?;
        let mut dict = Dict::new();
        while self.expect(b">>").is_none() {
            let key = self.name()?;
            if self.peek()? == b' ' {
                self.at += 1;
            }
            let value = self.value(depth + 1)?;
            if dict.insert(key, value).is_some() {
                return None;
            }
        }
        Some(dict)
    }

    fn array(&mut self, depth: u32) -> Option<Value> {
        self.expect(b"[")?;
        let mut values = Vec::new();
        while self.expect(b"]").is_none() {
            if !values.is_empty() && self.peek()? == b' ' {
                self.at += 1;
            }
            values.push(self.value(depth + 1)?);
        }
        Some(Value::Array(values))
    }

    fn name(&mut self) -> Option<String> {
        self.expect(b"/")?;
        let name = self.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (!name.is_empty()).then(|| name.to_owned())
    }

    /// A number in the one way that the writer has for it.
    pub(super) fn number(&mut self) -> Option<f64> {
        let text = self.take_while(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'.'));
        let value: f64 = text.parse().ok()?;
        (text.len() <= 20 && super::super::write::is_number(text, value)).then_some(value)
    }

    fn number_or_reference(&mut self) -> Option<Value> {
        let value = self.number()?;
        if value >= 1.0 && value.fract() == 0.0 && self.expect(b" 0 R").is_some() {
            return Some(Value::Ref(value as usize));
        }
        Some(Value::Number(value))
    }
}
