//! What people do in the stepped world: the verbs of [`crate::Control`].

use super::Stepped;
use crate::control::{ControlError, call_of, find_user};
use crate::options::Person;
use crate::private::Private;
use crate::world::{Action, CallId, CallView, Reply, UserView, WorldView};

impl Stepped {
    /// The world now. It shows every call, so ask [`Self::call`] when one is enough.
    pub fn world(&self) -> WorldView {
        self.world.view()
    }

    /// A call.
    pub fn call(&self, call: CallId) -> Option<CallView> {
        self.world.call_view(call)
    }

    /// A Teams user by object id or nickname.
    pub fn user(&self, who: &str) -> Option<UserView> {
        find_user(&self.world.user_views(), who).cloned()
    }

    /// Somebody dials a number of the resource; numbers are E.164. Refused when the resource does
    /// not have the number.
    pub fn dial(&mut self, from: &str, name: &str, to: &str) -> Result<CallId, ControlError> {
        let (from, to) = (Private::new(from), Private::new(to));
        let reply = self.reply(Action::Dial { from, name: name.to_owned(), to })?;
        call_of(&reply)
    }

    /// The caller presses keys: `0` to `9`, `*`, `#`, `A` to `D`. Keys that nobody listens to are
    /// lost.
    pub fn press(&mut self, call: CallId, tones: &str) -> Result<(), ControlError> {
        let tones = Private::new(tones);
        self.act(Action::Press { call, tones })
    }

    /// The caller speaks. Words that nobody listens to are lost.
    pub fn say(&mut self, call: CallId, text: &str) -> Result<(), ControlError> {
        let text = Private::new(text);
        self.act(Action::Say { call, text })
    }

    /// The caller hangs up.
    pub fn hang_up(&mut self, call: CallId) -> Result<(), ControlError> {
        self.act(Action::HangUp { call })
    }

    /// An invitee (object id, nickname or raw id) takes the call that rings.
    pub fn accept(&mut self, who: &str) -> Result<(), ControlError> {
        let who = who.to_owned();
        self.act(Action::Accept { who })
    }

    /// An invitee refuses the call that rings.
    pub fn decline(&mut self, who: &str) -> Result<(), ControlError> {
        let who = who.to_owned();
        self.act(Action::Decline { who })
    }

    /// An invitee closes the notification; the call rings out.
    pub fn ignore(&mut self, who: &str) -> Result<(), ControlError> {
        let who = who.to_owned();
        self.act(Action::Ignore { who })
    }

    /// A participant leaves the call.
    pub fn leave(&mut self, who: &str) -> Result<(), ControlError> {
        let who = who.to_owned();
        self.act(Action::Leave { who })
    }

    /// Sets a Teams user's presence, Graph's words such as `DoNotDisturb`.
    pub fn set_presence(
        &mut self,
        who: &str,
        availability: &str,
        activity: Option<&str>,
    ) -> Result<(), ControlError> {
        self.act(Action::SetPresence {
            who: who.to_owned(),
            availability: availability.to_owned(),
            activity: activity.map(str::to_owned),
        })
    }

    /// Opens or closes a Teams client.
    pub fn set_client(&mut self, who: &str, open: bool) -> Result<(), ControlError> {
        let who = who.to_owned();
        self.act(Action::SetClient { who, open })
    }

    /// Creates a Teams user, or renames one.
    pub fn put_user(&mut self, person: Person) -> Result<(), ControlError> {
        self.act(Action::PutUser(person))
    }

    /// Gives the resource a number, E.164.
    pub fn put_number(&mut self, number: &str) -> Result<(), ControlError> {
        self.act(Action::PutNumber(Private::new(number)))
    }

    fn act(&mut self, action: Action) -> Result<(), ControlError> {
        self.reply(action).map(drop)
    }

    fn reply(&mut self, action: Action) -> Result<Reply, ControlError> {
        let applied = self.world.apply(self.now, action);
        self.hand_on(applied.effects);
        applied.result.map_err(ControlError::from)
    }
}
