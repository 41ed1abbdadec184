//! What is done with a call before it is answered, and whom a flow may call.

use crate::flow::{
    codes::Code,
    diagnostic::Span,
    document::{Shape, Tree},
    graph::Role,
    model::{Node, Redirect, RejectReason, Target, TargetKind},
    nearest::nearest,
    text::Text,
};

use super::{Finding, Reader, values::shortened};

impl Reader<'_> {
    pub(super) fn reject(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        if matches!(tree.shape, Shape::Null) {
            return Some(Node::Reject(RejectReason::None));
        }
        let fields = self.fields(tree, at, "a reject", &["reason"])?;
        let Some(tree) = fields.get("reason") else {
            return Some(Node::Reject(RejectReason::None));
        };
        let name = self.plain(tree, "`reason`")?;
        let known = RejectReason::NAMES.iter().find(|(known, _)| *known == name);
        if known.is_none() {
            let message =
                format!("`reason` is `{}`, it must be none, busy or forbidden", shortened(name));
            self.report(Finding::error(Code::OutOfRange, tree.span, message));
        }
        known.map(|(_, reason)| Node::Reject(*reason))
    }

    pub(super) fn redirect(&mut self, tree: &Tree, at: Span) -> Option<Node> {
        let fields = self.fields(tree, at, "a redirect", &["to", "failed"])?;
        let to = self
            .required(&fields, "to", "write to: { phone: \"+18005550100\" }")
            .and_then(|tree| self.callee(tree));
        let failed = self.target(&fields, "failed", Role::Free);
        Some(Node::Redirect(Redirect { to: to?, failed: failed? }))
    }

    /// `{ phone: "+18005550100" }` and its like.
    pub(super) fn callee(&mut self, tree: &Tree) -> Option<Target> {
        let names = TargetKind::NAMES.iter().map(|(name, _)| *name);
        let hint = format!("write one of: {}", names.clone().collect::<Vec<_>>().join(", "));
        let entries = self.entries(tree, "whom to call", "like { phone: \"+18005550100\" }")?;
        let [(key, value)] = entries else {
            let message = "whom to call is one address";
            self.report(Finding::error(Code::BadTarget, tree.span, message).hint(hint));
            return None;
        };
        let Some((_, kind)) = TargetKind::NAMES.iter().find(|(name, _)| *name == key.name) else {
            let message = format!("there is no kind of address `{}`", shortened(&key.name));
            let near = nearest(&key.name, names).map(|near| format!("did you mean `{near}`?"));
            let finding = Finding::error(Code::BadTarget, key.span, message);
            self.report(finding.hint(near.unwrap_or(hint)));
            return None;
        };
        let source = self.plain(value, &format!("`{}`", key.name))?;
        let address = self.text(source, value.span)?;
        self.address(&address, *kind, value.span);
        Some(Target { kind: *kind, address })
    }

    fn address(&mut self, address: &Text, kind: TargetKind, span: Span) {
        let mut read =
            address.expressions().flat_map(|(_, expression)| expression.references()).peekable();
        let is_constant = read.peek().is_none();
        if let Some(other) = read.find(|reference| reference.root != "config") {
            let message = format!("an address may not read `{}`", other.root);
            let hint = "write it out, or as ${config.name}: callers must not choose whom we call";
            self.report(Finding::error(Code::BadTarget, span, message).hint(hint));
        } else if is_constant && kind.raw_id(address.source()).is_none() {
            let message = format!("`{}` is no such address", shortened(address.source()));
            let hint = match kind {
                TargetKind::Phone => "write an E.164 number, for example +18005550100",
                TargetKind::TeamsUser | TargetKind::TeamsApp => "write an Entra object id",
                TargetKind::AcsUser => "write a raw id that begins with 8:acs:",
            };
            self.report(Finding::error(Code::BadTarget, span, message).hint(hint));
        }
    }
}
