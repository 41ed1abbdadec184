//! What a flow may not write in an expression, and which names an expression reads.

use cel::{
    IdedExpr,
    common::ast::{
        CallExpr, ComprehensionExpr, EntryExpr, Expr, LiteralValue, SelectExpr, operators,
    },
};

use super::{
    error::{ExpressionError, ExpressionFault},
    parse::Parsed,
};

/// How deep a tree may be. One level of evaluation takes 40 KB of stack in a debug build.
pub const MAX_DEPTH: usize = 16;

/// How many items a list or map literal may have, and a list that a loop runs over.
pub const MAX_ITEMS: usize = 100;

/// The functions of a flow: name, and how it is called. Loops (`all`, `exists`, `exists_one`, `map`, `filter`) and
/// `has` are not functions but part of the language.
pub const FUNCTIONS: &[(&str, Call)] = &[
    ("size", Call::Either),
    ("string", Call::Global),
    ("int", Call::Global),
    ("double", Call::Global),
    ("bool", Call::Global),
    ("contains", Call::Member),
    ("startsWith", Call::Member),
    ("endsWith", Call::Member),
];

/// How a function is called. All take one value beside the one they are called on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Call {
    /// `f(x)`
    Global,
    /// `x.f(y)`
    Member,
    /// `f(x)` or `x.f()`
    Either,
}

/// A name that an expression reads from its scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The root, for example `caller`.
    pub root: String,
    /// The field of the root, where it is written out, for example `name`.
    pub field: Option<String>,
    /// Where, in bytes from the start of the expression.
    pub offset: usize,
    /// How many bytes root and field have together.
    pub length: usize,
}

/// What the walk found out.
pub(super) struct Findings {
    /// Which names are read.
    pub(super) references: Vec<Reference>,
    /// What the loop runs over, where there is a loop.
    pub(super) range: Option<IdedExpr>,
}

/// Refuses what a flow may not write.
pub(super) fn check(parsed: &Parsed<'_>) -> Result<Findings, ExpressionError> {
    let mut walk = Walk { parsed, bound: Vec::new(), references: Vec::new(), range: None };
    walk.visit(&parsed.tree, 1)?;
    walk.references.sort_by_key(|reference| reference.offset);
    Ok(Findings { references: walk.references, range: walk.range })
}

struct Walk<'p> {
    parsed: &'p Parsed<'p>,
    bound: Vec<String>,
    references: Vec<Reference>,
    range: Option<IdedExpr>,
}

impl Walk<'_> {
    fn visit(&mut self, node: &IdedExpr, depth: usize) -> Result<(), ExpressionError> {
        if depth > MAX_DEPTH {
            return Err(self.beyond(
                format!("the expression nests deeper than {MAX_DEPTH} levels"),
                "use several branch nodes or several ${…}",
            ));
        }
        let below = depth.saturating_add(1);
        match &node.expr {
            Expr::Literal(_) => Ok(()),
            Expr::Unspecified => {
                Err(self.beyond("the expression cannot be read", "write it more simply"))
            }
            Expr::Ident(name) => {
                self.read(name, None);
                Ok(())
            }
            Expr::Select(select) => self.select(select, below),
            Expr::Call(call) => self.call(call, below),
            Expr::Comprehension(comprehension) => self.comprehension(comprehension, below),
            Expr::List(list) => {
                self.count(list.elements.len(), "list")?;
                list.elements.iter().try_for_each(|element| self.visit(element, below))
            }
            Expr::Map(map) => {
                self.count(map.entries.len(), "map")?;
                map.entries.iter().try_for_each(|entry| self.entry(&entry.expr, below))
            }
            Expr::Struct(_) => {
                Err(self.beyond("a flow has no message types", "write a map: {'name': value}"))
            }
        }
    }

    fn entry(&mut self, entry: &EntryExpr, depth: usize) -> Result<(), ExpressionError> {
        match entry {
            EntryExpr::MapEntry(entry) => {
                self.visit(&entry.key, depth)?;
                self.visit(&entry.value, depth)
            }
            EntryExpr::StructField(field) => self.visit(&field.value, depth),
        }
    }

    fn select(&mut self, select: &SelectExpr, depth: usize) -> Result<(), ExpressionError> {
        if let Expr::Ident(root) = &select.operand.expr {
            self.read(root, Some(&select.field));
            return Ok(());
        }
        self.visit(&select.operand, depth)
    }

    fn call(&mut self, call: &CallExpr, depth: usize) -> Result<(), ExpressionError> {
        if !is_operator(&call.func_name) {
            self.function(call)?;
        }
        if let (operators::INDEX, [map, key]) = (call.func_name.as_str(), call.args.as_slice())
            && let (Expr::Ident(root), Expr::Literal(LiteralValue::String(field))) =
                (&map.expr, &key.expr)
        {
            self.read(root, Some(field.inner()));
            return Ok(());
        }
        if let Some(target) = &call.target {
            self.visit(target, depth)?;
        }
        call.args.iter().try_for_each(|argument| self.visit(argument, depth))
    }

    fn function(&self, call: &CallExpr) -> Result<(), ExpressionError> {
        let name = call.func_name.as_str();
        let known = FUNCTIONS.iter().find(|(function, _)| *function == name);
        let fits = match (known, call.target.is_some(), call.args.len()) {
            (Some((_, Call::Global | Call::Either)), false, 1)
            | (Some((_, Call::Member)), true, 1)
            | (Some((_, Call::Either)), true, 0) => true,
            (Some(_) | None, _, _) => false,
        };
        if fits {
            return Ok(());
        }
        let (offset, length) = self.place(name, None);
        let (message, hint) = match known {
            Some((_, how)) => (format!("`{name}` is not called like this"), usage(name, *how)),
            None if name == "has" => {
                ("`has` asks for one field".to_owned(), "write has(vars.name)".to_owned())
            }
            None if LOOPS.contains(&name) => (
                format!("`{name}` is not called like this"),
                format!("write list.{name}(item, item == 'x')"),
            ),
            None => (format!("there is no function `{name}`"), all_functions(name)),
        };
        Err(ExpressionError {
            kind: ExpressionFault::Function,
            message,
            hint: Some(hint),
            offset,
            length,
        })
    }

    fn comprehension(
        &mut self,
        found: &ComprehensionExpr,
        depth: usize,
    ) -> Result<(), ExpressionError> {
        if self.range.is_some() {
            return Err(self.beyond(
                "an expression may hold one loop",
                "set a variable in an http node, or use two branches",
            ));
        }
        if matches!(found.iter_range.expr, Expr::Map(_)) {
            return Err(self.beyond("a loop cannot run over a map", "loop over a list"));
        }
        self.range = Some(found.iter_range.clone());
        self.visit(&found.iter_range, depth)?;
        self.visit(&found.accu_init, depth)?;
        let outer = self.bound.len();
        self.bound.extend([found.iter_var.clone(), found.accu_var.clone()]);
        self.bound.extend(found.iter_var2.clone());
        let inside = [&found.loop_cond, &found.loop_step, &found.result]
            .into_iter()
            .try_for_each(|part| self.visit(part, depth));
        self.bound.truncate(outer);
        inside
    }

    fn count(&self, items: usize, what: &str) -> Result<(), ExpressionError> {
        if items <= MAX_ITEMS {
            return Ok(());
        }
        Err(self.beyond(
            format!("a {what} may have {MAX_ITEMS} items, this one has {items}"),
            "shorten it",
        ))
    }

    fn read(&mut self, root: &str, field: Option<&str>) {
        if self.bound.iter().any(|name| name == root) {
            return;
        }
        let (offset, length) = self.place(root, field);
        self.references.push(Reference {
            root: root.to_owned(),
            field: field.map(str::to_owned),
            offset,
            length,
        });
    }

    /// Where a name was written first: as `root.field`, else as `root`.
    fn place(&self, root: &str, field: Option<&str>) -> (usize, usize) {
        let tokens = &self.parsed.tokens;
        let word = |index: usize| {
            tokens.get(index).map_or("", |token| {
                self.parsed.source.get(token.start..token.end).unwrap_or_default()
            })
        };
        let is_word = |index: usize| {
            word(index) == root && index.checked_sub(1).is_none_or(|before| word(before) != ".")
        };
        let with_field = |index: usize| {
            word(index.saturating_add(1)) == "." && field == Some(word(index.saturating_add(2)))
        };
        let words = || (0..tokens.len()).filter(|index| is_word(*index));
        let found = words().find(|index| with_field(*index));
        let last = found.map(|index| index.saturating_add(2));
        let first = found.or_else(|| words().next()).or_else(|| {
            // A member function stands behind its dot.
            (0..tokens.len()).find(|index| word(*index) == root)
        });
        let Some(start) = first.and_then(|index| tokens.get(index)) else {
            return (0, self.parsed.source.len());
        };
        let end = last.and_then(|index| tokens.get(index)).unwrap_or(start);
        (start.start, end.end.saturating_sub(start.start))
    }

    fn beyond(&self, message: impl Into<String>, hint: &str) -> ExpressionError {
        ExpressionError {
            kind: ExpressionFault::Bounds,
            message: message.into(),
            hint: Some(hint.to_owned()),
            offset: 0,
            length: self.parsed.source.len(),
        }
    }
}

const LOOPS: &[&str] = &["all", "exists", "exists_one", "existsOne", "map", "filter"];

/// Operators are calls whose names no source can write.
fn is_operator(name: &str) -> bool {
    name.chars().any(|letter| !letter.is_ascii_alphanumeric() && letter != '_')
        || matches!(name, operators::CONDITIONAL | operators::LOGICAL_AND | operators::LOGICAL_OR)
}

fn usage(name: &str, how: Call) -> String {
    match how {
        Call::Member => format!("write text.{name}('part')"),
        Call::Global | Call::Either => format!("write {name}(value)"),
    }
}

fn all_functions(name: &str) -> String {
    let names: Vec<&str> = FUNCTIONS.iter().map(|(function, _)| *function).collect();
    match crate::flow::nearest::nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("functions: {}", names.join(", ")),
    }
}
