//! The fields of front matter that mean something to us, with the values as they are written.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{
    self, DeserializeSeed, EnumAccess, IgnoredAny, MapAccess, SeqAccess, VariantAccess as _, Visitor,
};

use super::names::{FieldNames, ZOLAS};

/// `toml` hands out a date as a map with this one key, whose value is its text.
const TOML_DATE: &str = "$__toml_private_datetime";

/// A value of any of the three formats.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::article) enum Value {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

impl Value {
    /// What it is, for messages.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Integer(_) | Self::Float(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Map(_) => "a table",
        }
    }

    /// Its entries, where it is a table.
    pub(in crate::article) fn into_entries(self) -> Option<Vec<(String, Self)>> {
        if let Self::Map(entries) = self { Some(entries) } else { None }
    }

    /// Its text, where it is a single value: numbers and booleans as Hugo prints them.
    pub(super) fn into_text(self) -> Result<String, Self> {
        Ok(match self {
            Self::Null => String::new(),
            Self::Bool(value) => value.to_string(),
            Self::Integer(value) => value.to_string(),
            Self::Float(value) => value.to_string(),
            Self::Text(text) => text,
            Self::List(_) | Self::Map(_) => return Err(self),
        })
    }
}

/// The known fields of one block, in the order in which they are written.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Fields {
    values: Vec<(&'static str, Value)>,
    /// A key that stands twice, spelled alike.
    pub(super) twice: Option<&'static str>,
}

impl Fields {
    /// Takes the value of a key out: the last one, where its case variants stand beside each other.
    pub(super) fn take(&mut self, key: &str) -> Option<Value> {
        let at = self.values.iter().rposition(|(name, _)| *name == key)?;
        Some(self.values.remove(at).1).filter(|value| *value != Value::Null)
    }

    /// The value of a key, which stays.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        let (_, value) = self.values.iter().rfind(|(name, _)| *name == key)?;
        Some(value).filter(|value| **value != Value::Null)
    }

    /// Whether a key is there, whatever its value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.values.iter().any(|(name, _)| *name == key)
    }

    /// Whether keys are there that only Zola has.
    pub(super) fn look_like_zola(&self) -> bool {
        self.values.iter().any(|(name, _)| ZOLAS.contains(name))
    }

    /// Whether nothing is there that means something to us.
    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// A field of its own.
    pub(super) fn of(key: &'static str, value: Value) -> Self {
        Self { values: vec![(key, value)], twice: None }
    }

    /// The fields among the entries of a table.
    pub(super) fn of_entries(entries: Vec<(String, Value)>, names: &FieldNames) -> Self {
        let mut fields = Self::default();
        for (key, value) in entries {
            if let Some(name) = names.known(&key) {
                fields.values.push((name, value));
            }
        }
        fields.spread_tables(names);
        fields
    }

    /// Adds those of `others` that are not there yet.
    pub(super) fn fill(&mut self, others: &Self) {
        for (key, value) in &others.values {
            if self.get(key).is_none() {
                self.values.push((key, value.clone()));
            }
        }
    }

    /// Puts lists that were `given`, the nearest first, before the list of a key, each after `shape`.
    pub(super) fn join<'v>(
        &mut self,
        key: &'static str,
        given: impl Iterator<Item = &'v Value>,
        shape: impl Fn(Value) -> Value,
    ) {
        let given: Vec<Value> = given.map(|value| shape(value.clone())).collect();
        if given.is_empty() {
            return;
        }
        let own = self.take(key).unwrap_or(Value::Null);
        let mut all = vec![shape(own)];
        all.extend(given);
        all.reverse();
        self.values.push((key, Value::List(all)));
    }

    /// Adds what `value` holds under keys that are not there yet.
    fn merge(&mut self, value: Value, known: &impl Fn(&str) -> Option<&'static str>) {
        match value {
            Value::Map(entries) => {
                for (key, value) in entries {
                    if let Some(key) = known(&key)
                        && self.get(key).is_none()
                    {
                        self.values.push((key, value));
                    }
                }
            }
            Value::List(maps) => maps.into_iter().for_each(|map| self.merge(map, known)),
            _ => {}
        }
    }

    /// Adds what the site's own tables hold. That they are there is kept: it tells the dialect.
    fn spread_tables(&mut self, names: &FieldNames) {
        for table in ["params", "extra"] {
            if let Some(entry) = self.values.iter_mut().rfind(|(name, _)| *name == table) {
                let value = std::mem::replace(&mut entry.1, Value::Null);
                self.merge(value, &|key| names.known_in(table, key));
            }
        }
    }
}

/// Reads the fields that have these names.
pub(super) struct FieldsSeed<'n>(pub(super) &'n FieldNames);

impl<'de> DeserializeSeed<'de> for FieldsSeed<'_> {
    type Value = Fields;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Fields, D::Error> {
        deserializer.deserialize_any(FieldsVisitor(self.0))
    }
}

struct FieldsVisitor<'n>(&'n FieldNames);

impl<'de> Visitor<'de> for FieldsVisitor<'_> {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a mapping of keys to values")
    }

    fn visit_unit<E>(self) -> Result<Fields, E> {
        Ok(Fields::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Fields::default();
        let mut spelled: Vec<String> = Vec::new();
        let mut merged = None;
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            let Some(name) = self.0.known(&key) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            if name == "<<" {
                merged = Some(map.next_value()?);
                continue;
            }
            if spelled.iter().any(|other| *other == key) {
                fields.twice = Some(name);
            }
            spelled.push(key.into_owned());
            fields.values.push((name, map.next_value()?));
        }
        // What is written out goes before what is merged in, wherever it stands.
        if let Some(merged) = merged {
            fields.merge(merged, &|key| self.0.known(key));
        }
        fields.spread_tables(self.0);
        Ok(fields)
    }
}

/// A key, borrowed from the block where it can be.
struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl<'de> Visitor<'de> for KeyVisitor {
            type Value = Key<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a key")
            }
            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }
            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Integer(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        // Larger than any date or weight: only its digits can matter.
        Ok(i64::try_from(value).map_or_else(|_| Value::Text(value.to_string()), Value::Integer))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Value, E> {
        Ok(Value::Text(value.to_string()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Float(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(Key(key)) = map.next_key::<Key<'de>>()? {
            if key == TOML_DATE {
                return map.next_value();
            }
            entries.push((key.into_owned(), map.next_value()?));
        }
        Ok(Value::Map(entries))
    }

    /// YAML's own tags (`!foo bar`) say nothing to us.
    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Value, A::Error> {
        let (_, tagged) = data.variant::<IgnoredAny>()?;
        tagged.newtype_variant()
    }
}
