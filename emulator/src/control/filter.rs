//! Which events an Event Grid subscription wants: `filter` of ARM's event subscription
//! (event-filtering.md). Pure.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most advanced filters, and the most values in all of them.
const MOST: usize = 25;

/// The `filter` of an event subscription, member for member as ARM and Bicep write it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EventFilter {
    /// Event types such as `Microsoft.Communication.IncomingCall`; all when absent.
    #[serde(default)]
    pub included_event_types: Option<Vec<String>>,
    /// How the subject must begin.
    #[serde(default)]
    pub subject_begins_with: String,
    /// How the subject must end.
    #[serde(default)]
    pub subject_ends_with: String,
    /// Whether the case of the subject counts.
    #[serde(default)]
    pub is_subject_case_sensitive: bool,
    /// Whether a filter on an array looks into it.
    #[serde(default)]
    pub enable_advanced_filtering_on_arrays: bool,
    /// All of these must match.
    #[serde(default)]
    pub advanced_filters: Vec<AdvancedFilter>,
}

/// One condition on a member of the event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AdvancedFilter {
    /// How the values are compared.
    pub operator_type: Operator,
    /// The member: `subject`, `data.to.rawId`, `data.to.phoneNumber.value`… Case does not count.
    pub key: String,
    /// The value of an operator that has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
    /// The values of an operator that has several; one must match.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<Value>,
}

/// The operators of advanced filters. Texts are compared without case. A member that is missing
/// matches only the operators that deny something, and `IsNullOrUndefined`.
#[expect(missing_docs, reason = "the names are Event Grid's and say it all")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operator {
    NumberIn,
    NumberNotIn,
    NumberLessThan,
    NumberLessThanOrEquals,
    NumberGreaterThan,
    NumberGreaterThanOrEquals,
    NumberInRange,
    NumberNotInRange,
    BoolEquals,
    StringIn,
    StringNotIn,
    StringContains,
    StringNotContains,
    StringBeginsWith,
    StringNotBeginsWith,
    StringEndsWith,
    StringNotEndsWith,
    IsNullOrUndefined,
    IsNotNull,
}

impl EventFilter {
    /// Whether an event in its envelope is wanted; `kind` and `subject` are the envelope's.
    pub(crate) fn admits(&self, kind: &str, subject: &str, event: &Value) -> bool {
        let named = |types: &Vec<String>| types.iter().any(|one| one.eq_ignore_ascii_case(kind));
        self.included_event_types.as_ref().is_none_or(named)
            && self.admits_subject(subject)
            && self.advanced_filters.iter().all(|one| self.matches(one, event))
    }

    fn admits_subject(&self, subject: &str) -> bool {
        let fold = |text: &str| {
            if self.is_subject_case_sensitive { text.to_owned() } else { text.to_lowercase() }
        };
        let subject = fold(subject);
        subject.starts_with(&fold(&self.subject_begins_with))
            && subject.ends_with(&fold(&self.subject_ends_with))
    }

    fn matches(&self, filter: &AdvancedFilter, event: &Value) -> bool {
        let found = find(event, &filter.key).filter(|value| !value.is_null());
        match (filter.operator_type, found) {
            (Operator::IsNullOrUndefined, found) => found.is_none(),
            (Operator::IsNotNull, found) => found.is_some(),
            (operator, None) => operator.denies(),
            (operator, Some(Value::Array(all))) if self.enable_advanced_filtering_on_arrays => {
                all.iter().any(|one| filter.hits(one)) != operator.denies()
            }
            (operator, Some(value)) => filter.hits(value) != operator.denies(),
        }
    }

    /// What is wrong with the filter.
    pub(super) fn problem(&self) -> Option<String> {
        let values = |one: &AdvancedFilter| one.values.len() + usize::from(one.value.is_some());
        let all: usize = self.advanced_filters.iter().map(values).sum();
        if self.advanced_filters.len() > MOST || all > MOST {
            return Some("filter may have 25 advancedFilters with 25 values in all".to_owned());
        }
        let wrong = self.advanced_filters.iter().find(|one| !one.has_its_values())?;
        Some(format!(
            "the filter on {} needs value (one number or true/false), values (a list), or neither, as its operator has it",
            wrong.key
        ))
    }
}

impl AdvancedFilter {
    /// Whether one of the values is met, denial aside.
    fn hits(&self, found: &Value) -> bool {
        let wanted = self.values.iter().chain(self.value.as_ref());
        let mut wanted = wanted;
        wanted.any(|wanted| self.operator_type.compare(found, wanted))
    }

    fn has_its_values(&self) -> bool {
        let (number, list) = (self.value.as_ref(), &self.values);
        match self.operator_type {
            Operator::NumberLessThan
            | Operator::NumberLessThanOrEquals
            | Operator::NumberGreaterThan
            | Operator::NumberGreaterThanOrEquals => {
                number.is_some_and(Value::is_number) && list.is_empty()
            }
            Operator::BoolEquals => number.is_some_and(Value::is_boolean) && list.is_empty(),
            Operator::IsNullOrUndefined | Operator::IsNotNull => {
                number.is_none() && list.is_empty()
            }
            Operator::NumberIn | Operator::NumberNotIn => {
                number.is_none() && !list.is_empty() && list.iter().all(Value::is_number)
            }
            Operator::NumberInRange | Operator::NumberNotInRange => {
                number.is_none() && !list.is_empty() && list.iter().all(|one| range(one).is_some())
            }
            Operator::StringIn
            | Operator::StringNotIn
            | Operator::StringContains
            | Operator::StringNotContains
            | Operator::StringBeginsWith
            | Operator::StringNotBeginsWith
            | Operator::StringEndsWith
            | Operator::StringNotEndsWith => {
                number.is_none() && !list.is_empty() && list.iter().all(Value::is_string)
            }
        }
    }
}

impl Operator {
    /// Whether the operator is met when the comparison is not.
    fn denies(self) -> bool {
        matches!(
            self,
            Self::NumberNotIn
                | Self::NumberNotInRange
                | Self::StringNotIn
                | Self::StringNotContains
                | Self::StringNotBeginsWith
                | Self::StringNotEndsWith
        )
    }

    /// The comparison without the denial.
    fn compare(self, found: &Value, wanted: &Value) -> bool {
        match self {
            Self::NumberIn | Self::NumberNotIn => {
                numbers(found, wanted, |a, b| a.total_cmp(&b).is_eq())
            }
            Self::NumberLessThan => numbers(found, wanted, |a, b| a < b),
            Self::NumberLessThanOrEquals => numbers(found, wanted, |a, b| a <= b),
            Self::NumberGreaterThan => numbers(found, wanted, |a, b| a > b),
            Self::NumberGreaterThanOrEquals => numbers(found, wanted, |a, b| a >= b),
            Self::NumberInRange | Self::NumberNotInRange => {
                let range = range(wanted);
                let found = found.as_f64();
                range.zip(found).is_some_and(|((low, high), found)| (low..=high).contains(&found))
            }
            Self::BoolEquals => found.is_boolean() && found == wanted,
            Self::StringIn | Self::StringNotIn => texts(found, wanted, |a, b| a == b),
            Self::StringContains | Self::StringNotContains => {
                texts(found, wanted, |a, b| a.contains(b))
            }
            Self::StringBeginsWith | Self::StringNotBeginsWith => {
                texts(found, wanted, |a, b| a.starts_with(b))
            }
            Self::StringEndsWith | Self::StringNotEndsWith => {
                texts(found, wanted, |a, b| a.ends_with(b))
            }
            Self::IsNullOrUndefined | Self::IsNotNull => false,
        }
    }
}

fn numbers(found: &Value, wanted: &Value, holds: impl Fn(f64, f64) -> bool) -> bool {
    found.as_f64().zip(wanted.as_f64()).is_some_and(|(found, wanted)| holds(found, wanted))
}

fn texts(found: &Value, wanted: &Value, holds: impl Fn(&str, &str) -> bool) -> bool {
    let fold = |value: &Value| value.as_str().map(str::to_lowercase);
    fold(found).zip(fold(wanted)).is_some_and(|(found, wanted)| holds(&found, &wanted))
}

/// `[low, high]`.
fn range(value: &Value) -> Option<(f64, f64)> {
    match value.as_array()?.as_slice() {
        [low, high] => low.as_f64().zip(high.as_f64()),
        _ => None,
    }
}

/// The member behind a key with dots, case aside.
fn find<'a>(event: &'a Value, key: &str) -> Option<&'a Value> {
    let mut here = event;
    for name in key.split('.') {
        let members = here.as_object()?;
        here = members.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?.1;
    }
    Some(here)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn event() -> Value {
        json!({"eventType": "Microsoft.Communication.IncomingCall", "subject": "/caller/1/recipient/2",
            "data": {"to": {"kind": "phoneNumber", "rawId": "4:+18005550100",
                "phoneNumber": {"value": "+18005550100"}}, "from": {"rawId": "8:acs:Guest"},
                "duration": 7, "video": false, "tags": ["gold", "new"], "nothing": null}})
    }

    fn admits(filter: Value) -> bool {
        let filter: EventFilter = serde_json::from_value(filter).expect("a filter");
        assert_eq!(filter.problem(), None);
        filter.admits("Microsoft.Communication.IncomingCall", "/caller/1/recipient/2", &event())
    }

    fn advanced(operator: &str, key: &str, values: Value) -> bool {
        let name = if values.is_array() { "values" } else { "value" };
        let mut one = json!({"operatorType": operator, "key": key});
        if !values.is_null() {
            one[name] = values;
        }
        admits(json!({"advancedFilters": [one]}))
    }

    #[test]
    fn types_and_subject_select() {
        assert!(admits(json!({})));
        let incoming = "microsoft.communication.incomingcall";
        assert!(admits(json!({"includedEventTypes": [incoming]})));
        assert!(!admits(json!({"includedEventTypes": ["Microsoft.Communication.CallEnded"]})));
        assert!(admits(json!({"subjectBeginsWith": "/CALLER", "subjectEndsWith": "/2"})));
        assert!(!admits(json!({"subjectBeginsWith": "/CALLER", "isSubjectCaseSensitive": true})));
        assert!(!admits(json!({"subjectEndsWith": "/3"})));
    }

    #[test]
    fn every_operator_has_a_case_that_holds_and_one_that_does_not() {
        let to = "data.to.rawId";
        let holds = [
            ("StringIn", "data.to.PhoneNumber.Value", json!(["+1", "+18005550100"])),
            ("StringNotIn", to, json!(["4:+1"])),
            ("StringContains", to, json!(["800555"])),
            ("StringNotContains", to, json!(["999"])),
            ("StringBeginsWith", "data.from.rawId", json!(["8:ACS:"])),
            ("StringNotBeginsWith", to, json!(["8:"])),
            ("StringEndsWith", to, json!(["0100"])),
            ("StringNotEndsWith", to, json!(["0101"])),
            ("NumberIn", "data.duration", json!([6, 7])),
            ("NumberNotIn", "data.duration", json!([6])),
            ("NumberLessThan", "data.duration", json!(8)),
            ("NumberLessThanOrEquals", "data.duration", json!(7)),
            ("NumberGreaterThan", "data.duration", json!(6.5)),
            ("NumberGreaterThanOrEquals", "data.duration", json!(7)),
            ("NumberInRange", "data.duration", json!([[1, 2], [5, 7]])),
            ("NumberNotInRange", "data.duration", json!([[8, 9]])),
            ("BoolEquals", "data.video", json!(false)),
            ("IsNullOrUndefined", "data.nothing", json!(null)),
            ("IsNotNull", to, json!(null)),
            ("StringNotIn", "data.absent", json!(["x"])),
        ];
        for (operator, key, values) in holds {
            assert!(advanced(operator, key, values.clone()), "{operator} {values}");
        }
        let fails = [
            ("StringIn", to, json!(["+18005550100"])),
            ("StringNotIn", to, json!(["4:+18005550100"])),
            ("StringContains", "data.absent", json!(["x"])),
            ("StringContains", "data.tags", json!(["gold"])),
            ("StringNotContains", to, json!(["800"])),
            ("StringBeginsWith", to, json!(["+"])),
            ("StringNotEndsWith", to, json!(["0100"])),
            ("NumberIn", to, json!([4])),
            ("NumberLessThan", "data.duration", json!(7)),
            ("NumberGreaterThan", "data.duration", json!(7)),
            ("NumberInRange", "data.duration", json!([[8, 9]])),
            ("NumberNotInRange", "data.duration", json!([[7, 7]])),
            ("BoolEquals", "data.video", json!(true)),
            ("IsNullOrUndefined", to, json!(null)),
            ("IsNotNull", "data.nothing", json!(null)),
        ];
        for (operator, key, values) in fails {
            assert!(!advanced(operator, key, values.clone()), "{operator} {values}");
        }
    }

    #[test]
    fn all_filters_must_match_and_arrays_are_opt_in() {
        let contains =
            json!({"operatorType": "StringContains", "key": "data.tags", "values": ["gold"]});
        assert!(admits(
            json!({"advancedFilters": [contains], "enableAdvancedFilteringOnArrays": true})
        ));
        let other = json!({"operatorType": "StringIn", "key": "data.to.kind", "values": ["x"]});
        assert!(!admits(json!({"advancedFilters": [contains, other],
            "enableAdvancedFilteringOnArrays": true})));
    }

    #[test]
    fn a_filter_with_the_wrong_values_is_told() {
        for wrong in [
            json!({"operatorType": "StringIn", "key": "a", "value": "x"}),
            json!({"operatorType": "NumberLessThan", "key": "a", "values": [1]}),
            json!({"operatorType": "BoolEquals", "key": "a"}),
            json!({"operatorType": "NumberInRange", "key": "a", "values": [[1]]}),
            json!({"operatorType": "IsNotNull", "key": "a", "values": ["x"]}),
        ] {
            let filter = json!({"advancedFilters": [wrong]});
            let filter: EventFilter = serde_json::from_value(filter).expect("read");
            assert!(filter.problem().is_some(), "{wrong}");
        }
    }
}
