//! JSON in one fixed form: two spaces, `name` first, the other keys in alphabetical order, so that the same
//! vectors always make the same bytes.

use serde_json::{Value, json};

/// A vector: a name, what goes in, and what must come out (or which kind of refusal).
pub fn vector(name: &str, fields: Value, outcome: Result<Value, &str>) -> Value {
    let mut vector = fields;
    vector["name"] = json!(name);
    match outcome {
        Ok(expect) => vector["expect"] = expect,
        Err(class) => vector["error"] = json!(class),
    }
    vector
}

/// The text of a file.
pub fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, 0, &mut out);
    out.push('\n');
    out
}

fn write(value: &Value, depth: usize, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            let rank = |key: &str| match key {
                "kind" | "name" => 0,
                "error" | "expect" => 2,
                "vectors" => 3,
                _ => 1,
            };
            entries.sort_by_key(|(key, _)| (rank(key), *key));
            list(out, ('{', '}'), depth, entries.into_iter(), |(key, value), out| {
                out.push_str(&Value::String(key.clone()).to_string());
                out.push_str(": ");
                write(value, depth + 1, out);
            });
        }
        Value::Array(items) => {
            list(out, ('[', ']'), depth, items.iter(), |item, out| write(item, depth + 1, out));
        }
        plain => out.push_str(&plain.to_string()),
    }
}

fn list<T>(
    out: &mut String,
    (open, close): (char, char),
    depth: usize,
    items: impl Iterator<Item = T>,
    mut each: impl FnMut(T, &mut String),
) {
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        (0..depth).for_each(|_| out.push_str("  "));
    };
    out.push(open);
    let mut some = false;
    for item in items {
        if some {
            out.push(',');
        }
        some = true;
        line(out, depth + 1);
        each(item, out);
    }
    if some {
        line(out, depth);
    }
    out.push(close);
}

/// Lower-case hex.
pub fn hex(bytes: impl AsRef<[u8]>) -> Value {
    Value::String(hex::encode(bytes))
}

/// The bytes of a hex field.
pub fn bytes(value: &Value, field: &str) -> Vec<u8> {
    let text = value[field].as_str().unwrap_or_else(|| panic!("no field {field}"));
    hex::decode(text).unwrap_or_else(|_| panic!("field {field} is not hex"))
}

/// A hex field of one length.
pub fn array<const N: usize>(value: &Value, field: &str) -> [u8; N] {
    bytes(value, field).try_into().unwrap_or_else(|_| panic!("field {field} is not {N} bytes"))
}

/// A number.
pub fn number(value: &Value, field: &str) -> u64 {
    value[field].as_u64().unwrap_or_else(|| panic!("no number {field}"))
}

/// Replaces the bytes of a vector by their difference to an earlier one where that is much shorter.
pub fn compact(file: &mut Value) {
    let mut whole: Vec<(String, Vec<u8>)> = Vec::new();
    for vector in file["vectors"].as_array_mut().unwrap() {
        if vector.get("bytes").is_none() {
            continue;
        }
        let this = bytes(vector, "bytes");
        let name = vector["name"].as_str().unwrap().to_owned();
        let found = whole
            .iter()
            .map(|(like, base)| (like, difference(base, &this)))
            .min_by_key(|(_, changes)| cost(changes))
            .filter(|(_, changes)| cost(changes) < this.len());
        let Some((like, changes)) = found else {
            whole.push((name, this));
            continue;
        };
        let changes: Vec<Value> = changes
            .iter()
            .map(|(at, take, put)| json!({"at": at, "take": take, "put": hex(put)}))
            .collect();
        vector["like"] = json!(like);
        vector["changes"] = json!(changes);
        vector.as_object_mut().unwrap().remove("bytes");
    }
}

/// (at, how many bytes to take away there, what to put there)
type Change = (usize, usize, Vec<u8>);

/// About how many bytes of JSON it takes.
fn cost(changes: &[Change]) -> usize {
    changes.iter().map(|(_, _, put)| 2 * put.len() + 70).sum()
}

/// The cheapest of two ways to get from one to the other.
fn difference(base: &[u8], this: &[u8]) -> Vec<Change> {
    let shorter = base.len().min(this.len());
    // What differs within the length of the shorter, then the longer one's end.
    let mut at_the_end = runs(&base[..shorter], &this[..shorter]);
    if base.len() != this.len() {
        at_the_end.push((shorter, base.len() - shorter, this[shorter..].to_vec()));
    }
    // One piece between what both begin with and what both end with.
    let same = |pair: &(&u8, &u8)| pair.0 == pair.1;
    let head = base.iter().zip(this).take_while(same).count();
    let rest = base[head..].iter().rev().zip(this[head..].iter().rev());
    let tail = rest.take_while(same).count();
    let in_the_middle =
        vec![(head, base.len() - head - tail, this[head..this.len() - tail].to_vec())];
    if cost(&at_the_end) <= cost(&in_the_middle) { at_the_end } else { in_the_middle }
}

/// The places where two of one length differ.
fn runs(base: &[u8], this: &[u8]) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for at in (0..this.len()).filter(|at| base[*at] != this[*at]) {
        match changes.last_mut() {
            Some((from, take, put)) if at < *from + *take + 8 => {
                *put = this[*from..=at].to_vec();
                *take = put.len();
            }
            _ => changes.push((at, 1, vec![this[at]])),
        }
    }
    changes
}

/// Gives every vector of a file that was read its bytes back.
pub fn expand(file: &mut Value) {
    let vectors = file["vectors"].as_array_mut().unwrap();
    for at in 0..vectors.len() {
        let (before, rest) = vectors.split_at_mut(at);
        let vector = &mut rest[0];
        let Some(like) = vector.get("like") else { continue };
        let base = before.iter().find(|other| other["name"] == *like).expect("an earlier vector");
        let mut out = bytes(base, "bytes");
        // From the back, so that earlier offsets stay true.
        for change in vector["changes"].as_array().unwrap().iter().rev() {
            let at = number(change, "at") as usize;
            let take = number(change, "take") as usize;
            out.splice(at..at + take, bytes(change, "put"));
        }
        vector["bytes"] = hex(out);
    }
}
