//! Which kinds of value an expression can have, and operators that work on none of them.

use cel::{
    IdedExpr,
    common::ast::{CallExpr, ComprehensionExpr, Expr, LiteralValue, SelectExpr, operators},
};

use super::{
    evaluate::sign,
    kinds::{Kind, Kinds},
    overloads::outcome,
};

/// Something that has no value whatever the call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeFault {
    /// A sentence without its full stop.
    pub message: String,
    /// What to write instead.
    pub hint: String,
}

/// What an expression may read: the kinds of a field of a root.
pub trait Known {
    /// The kinds of `root.field`.
    fn field(&self, root: &str, field: &str) -> Kinds;
}

/// The kinds of value that an expression can have, and the first fault.
pub(super) fn typed(tree: &IdedExpr, known: &dyn Known) -> (Kinds, Option<TypeFault>) {
    let mut walk = Walk { known, bound: Vec::new(), fault: None };
    let kinds = walk.visit(tree);
    (kinds, walk.fault)
}

struct Walk<'k> {
    known: &'k dyn Known,
    /// What a loop binds.
    bound: Vec<(String, Kinds)>,
    fault: Option<TypeFault>,
}

impl Walk<'_> {
    fn visit(&mut self, node: &IdedExpr) -> Kinds {
        match &node.expr {
            Expr::Literal(literal) => literal_kind(literal),
            Expr::Ident(name) => {
                let bound = self.bound.iter().rev().find(|(known, _)| known == name);
                // A root itself.
                bound.map_or(Kinds::from(Kind::Map), |(_, kinds)| *kinds)
            }
            Expr::Select(select) => self.select(select),
            Expr::Call(call) => self.call(call),
            Expr::Comprehension(comprehension) => self.comprehension(comprehension),
            Expr::List(list) => {
                for element in &list.elements {
                    self.visit(element);
                }
                Kind::List.into()
            }
            Expr::Map(_) => Kind::Map.into(),
            Expr::Struct(_) | Expr::Unspecified => Kinds::ANY,
        }
    }

    fn select(&mut self, select: &SelectExpr) -> Kinds {
        let root = match &select.operand.expr {
            Expr::Ident(root) => self.bound.iter().all(|(name, _)| name != root).then_some(root),
            Expr::Call(_)
            | Expr::Comprehension(_)
            | Expr::List(_)
            | Expr::Literal(_)
            | Expr::Map(_)
            | Expr::Select(_)
            | Expr::Struct(_)
            | Expr::Unspecified => None,
        };
        let kinds = match root {
            Some(root) => self.known.field(root, &select.field),
            None => self.field_of(select),
        };
        if select.test { Kind::Bool.into() } else { kinds }
    }

    fn field_of(&mut self, select: &SelectExpr) -> Kinds {
        let operand = self.visit(&select.operand);
        if !operand.may_be(Kind::Map) {
            let message = format!("`.{}` is asked of {operand}", select.field);
            self.report(message, "only a map has fields");
        }
        Kinds::ANY
    }

    fn call(&mut self, call: &CallExpr) -> Kinds {
        let operands: Vec<Kinds> = call
            .target
            .as_deref()
            .into_iter()
            .chain(&call.args)
            .map(|one| self.visit(one))
            .collect();
        match (call.func_name.as_str(), operands.as_slice()) {
            (operators::LOGICAL_AND | operators::LOGICAL_OR, operands) => {
                for operand in operands {
                    self.condition(*operand, &sign(&call.func_name));
                }
                Kind::Bool.into()
            }
            (operators::CONDITIONAL, [condition, yes, no]) => {
                self.condition(*condition, "?");
                yes.or(*no)
            }
            (operators::INDEX, [of, _]) => {
                if !of.may_be(Kind::Map) && !of.may_be(Kind::List) {
                    self.report(
                        format!("`[…]` is asked of {of}"),
                        "only lists and maps have items",
                    );
                }
                Kinds::ANY
            }
            (operators::EQUALS | operators::NOT_EQUALS, [left, right])
                if !left.can_equal(*right) =>
            {
                let hint = "put digits in quotes, or convert with string() or int()";
                self.report(format!("{left} is never equal to {right}"), hint);
                Kind::Bool.into()
            }
            (name, [first]) => self.worked(name, *first, None),
            (name, [first, second]) => self.worked(name, *first, Some(*second)),
            (_, _) => Kinds::ANY,
        }
    }

    fn worked(&mut self, name: &str, first: Kinds, second: Option<Kinds>) -> Kinds {
        if let Some(kinds) = outcome(name, first, second) {
            return kinds;
        }
        let shown = sign(name);
        let message = match second {
            Some(second) => format!("`{shown}` does not work on {first} and {second}"),
            None => format!("`{shown}` does not work on {first}"),
        };
        self.report(message, "convert with string(), int() or double()");
        Kinds::ANY
    }

    fn condition(&mut self, operand: Kinds, shown: &str) {
        if !operand.may_be(Kind::Bool) {
            let message = format!("`{shown}` asks whether something is true, this is {operand}");
            self.report(message, "compare it: x == 'text' or x > 0");
        }
    }

    fn comprehension(&mut self, found: &ComprehensionExpr) -> Kinds {
        let range = self.visit(&found.iter_range);
        if !range.may_be(Kind::List) {
            self.report(format!("a loop runs over a list, this is {range}"), "loop over a list");
        }
        let begin = self.visit(&found.accu_init);
        let outer = self.bound.len();
        self.bound.push((found.iter_var.clone(), Kinds::ANY));
        self.bound.extend(found.iter_var2.iter().map(|name| (name.clone(), Kinds::ANY)));
        self.bound.push((found.accu_var.clone(), begin));
        self.visit(&found.loop_cond);
        self.visit(&found.loop_step);
        let result = self.visit(&found.result);
        self.bound.truncate(outer);
        result
    }

    fn report(&mut self, message: String, hint: &str) {
        self.fault.get_or_insert(TypeFault { message, hint: hint.to_owned() });
    }
}

fn literal_kind(literal: &LiteralValue) -> Kinds {
    match literal {
        LiteralValue::Boolean(_) => Kind::Bool.into(),
        LiteralValue::Double(_) => Kind::Double.into(),
        LiteralValue::Int(_) => Kind::Int.into(),
        LiteralValue::UInt(_) => Kind::Unsigned.into(),
        LiteralValue::Null => Kind::Null.into(),
        LiteralValue::String(_) => Kind::Text.into(),
        LiteralValue::Bytes(_) => Kinds::ANY,
    }
}
