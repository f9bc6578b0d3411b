//! Reads an output again. It knows nothing but what the writer writes: every byte belongs to an object that is
//! reached from the root, every entry is one that has a use, and every stream holds nothing but its kind of data.

mod schema;
mod streams;
mod syntax;

use super::PDF;
use super::write::HEADER;
use crate::Refusal;
use schema::{Role, Want};
use syntax::{Dict, Object, Reader, Value};

/// Checks a whole file.
///
/// # Errors
/// [`Refusal`] that names the place, if there is anything that the writer does not write.
pub(super) fn check(output: &[u8]) -> Result<(), Refusal> {
    let mut reader = Reader::new(output);
    let wrong = |at: usize, what: &'static str| Refusal::unsound(PDF, at, what);
    reader.expect(HEADER).ok_or_else(|| wrong(0, "another header"))?;
    let mut objects = Vec::new();
    let mut offsets = Vec::new();
    while !reader.rest().starts_with(b"xref\n") {
        let at = reader.at;
        offsets.push(at);
        let object = reader
            .object(objects.len() + 1)
            .ok_or_else(|| wrong(at, "bytes that are no object of ours"))?;
        objects.push(object);
    }
    // the rest follows from what came before, byte by byte
    let table = reader.at;
    if reader.rest() != super::write::tail(&offsets, table) {
        return Err(wrong(table, "another table or trailer"));
    }
    let mut walk = Walk { seen: vec![None; objects.len()], objects: &objects, todo: Vec::new() };
    walk.visit(1, Role::Catalog).ok_or_else(|| wrong(table, "no root"))?;
    while let Some((number, role)) = walk.todo.pop() {
        let at = number.checked_sub(1).and_then(|index| offsets.get(index)).copied();
        walk.object(number, role).ok_or_else(|| {
            wrong(at.unwrap_or(table), "an object that is not what it is used as")
        })?;
    }
    match walk.seen.iter().position(Option::is_none) {
        None => Ok(()),
        Some(index) => {
            Err(wrong(offsets.get(index).copied().unwrap_or(table), "an object that nothing uses"))
        }
    }
}

struct Walk<'w, 'a> {
    objects: &'w [Object<'a>],
    seen: Vec<Option<Role>>,
    todo: Vec<(usize, Role)>,
}

impl Walk<'_, '_> {
    /// Notes that an object is used in a role; always in the same.
    fn visit(&mut self, number: usize, role: Role) -> Option<()> {
        let index = number.checked_sub(1)?;
        let object = self.objects.get(index)?;
        let role = match &object.value {
            Value::Dict(dict) => schema::refine(role, dict)?,
            _ => role,
        };
        let seen = self.seen.get_mut(index)?;
        match seen {
            Some(known) => (*known == role).then_some(()),
            None => {
                *seen = Some(role);
                self.todo.push((number, role));
                Some(())
            }
        }
    }

    fn object(&mut self, number: usize, role: Role) -> Option<()> {
        let objects = self.objects;
        let object = objects.get(number.checked_sub(1)?)?;
        let Value::Dict(dict) = &object.value else { return None };
        if object.stream.is_some() != schema::streams(role) {
            return None;
        }
        self.dict(dict, role, object.stream.is_some())?;
        match object.stream {
            Some(data) => streams::check(role, dict, data, objects),
            None => Some(()),
        }
    }

    fn dict(&mut self, dict: &Dict, role: Role, stream: bool) -> Option<()> {
        let mut known = if stream { 2 } else { 0 };
        for (key, want, needed) in schema::entries(role) {
            match dict.get(key) {
                Some(value) => {
                    known += 1;
                    self.value(value, &want)?;
                }
                None if needed => return None,
                None => {}
            }
        }
        // nothing besides
        (dict.len() == known).then_some(())
    }

    fn value(&mut self, value: &Value, want: &Want) -> Option<()> {
        let fits = match (want, value) {
            (Want::Name(names), Value::Name(name)) => names.contains(&name.as_str()),
            (Want::Made, Value::Name(name)) => made(name),
            (Want::Text(wanted), Value::Text(text)) => wanted == text,
            (Want::Number, Value::Number(_))
            | (Want::Bool, Value::Bool(_))
            | (Want::Parent, Value::Ref(2)) => true,
            (Want::Bools, Value::Array(values)) => {
                matches!(values.as_slice(), [Value::Bool(_), Value::Bool(_)])
            }
            (Want::Numbers(count), Value::Array(values)) => {
                (*count == 0 || values.len() == *count) && all_numbers(values)
            }
            (Want::Widths, Value::Array(values)) => match values.as_slice() {
                [Value::Number(_), Value::Array(widths)] => all_numbers(widths),
                _ => false,
            },
            (Want::Differences, Value::Array(values)) => match values.split_first() {
                Some((Value::Number(_), names)) => {
                    names.iter().all(|name| matches!(name, Value::Name(name) if made(name)))
                }
                _ => false,
            },
            (Want::Of(role), Value::Ref(number)) => return self.visit(*number, *role),
            (Want::Of(role), Value::Dict(dict)) => {
                return (!schema::streams(*role)).then(|| self.dict(dict, *role, false))?;
            }
            (Want::List(role), Value::Array(values)) => {
                return values.iter().try_for_each(|value| self.value(value, &Want::Of(*role)));
            }
            (Want::Map(role), Value::Dict(dict)) => {
                return dict.iter().try_for_each(|(name, value)| {
                    if !made(name) {
                        return None;
                    }
                    self.value(value, &Want::Of(*role))
                });
            }
            (Want::MaskOrNone, Value::Name(name)) => name == "None",
            (Want::MaskOrNone, Value::Ref(number)) => return self.visit(*number, Role::Mask),
            (Want::Space, Value::Name(name)) => {
                matches!(name.as_str(), "DeviceGray" | "DeviceRGB" | "DeviceCMYK")
            }
            (Want::Space, Value::Array(parts)) => match parts.as_slice() {
                [Value::Name(kind), Value::Name(base), Value::Number(_), Value::Ref(table)] => {
                    self.visit(*table, Role::Palette)?;
                    kind == "Indexed" && base == "DeviceRGB"
                }
                _ => false,
            },
            _ => false,
        };
        fits.then_some(())
    }
}

fn all_numbers(values: &[Value]) -> bool {
    values.iter().all(|value| matches!(value, Value::Number(_)))
}

/// Whether a name is one of those that the writer makes up: a letter and a number.
fn made(name: &str) -> bool {
    name.strip_prefix(['F', 'X', 'P', 'G', 'g']).is_some_and(|digits| {
        !digits.is_empty()
            && digits.len() <= 9
            && digits.bytes().all(|digit| digit.is_ascii_digit())
    })
}
