//! Nodes that ask the caller nothing.

use super::{FAILED, FAILED_OR_NEXT, Kind, NEXT, Takes, optional, required};

pub(super) const SPEAKING: &[Kind] = &[
    Kind {
        word: "say",
        does: "Speaks a text, then goes on.",
        fields: &[required("text", Takes::Speech, "What is heard."), NEXT, FAILED_OR_NEXT],
        example: "say: { text: \"Welcome, ${caller.name}.\", next: there }",
    },
    Kind {
        word: "play",
        does: "Plays a sound file, then goes on. Sound files lie in the folder `prompts` beside the flow's file: WAV, PCM, mono, 16 bit, 16 kHz.",
        fields: &[
            required("file", Takes::Sound, "The file, or one for each language."),
            optional(
                "length",
                Takes::Duration(1_000, 600_000),
                "1m",
                "How long it is at most: its end is awaited a little longer.",
            ),
            NEXT,
            FAILED_OR_NEXT,
        ],
        example: "play: { file: welcome.wav, length: 20s, next: there }",
    },
];

pub(super) const DECIDING: &[Kind] = &[
    Kind {
        word: "set",
        does: "Sets variables, or the caller's language. Values are expressions, reckoned in order.",
        fields: &[
            optional(
                "vars",
                Takes::Assignments,
                "only the language is set",
                "Variables and their values.",
            ),
            optional(
                "language",
                Takes::Language,
                "the caller keeps his",
                "The language that he is spoken to in from now on: one of the flow's.",
            ),
            NEXT,
            optional(
                "failed",
                Takes::Target,
                "none is needed where `vars` is left out",
                "Where the call goes when a value cannot be reckoned or has another type than declared.",
            ),
        ],
        example: "set: { vars: { tries: \"1 + 1\" }, next: there, failed: there }",
    },
    Kind {
        word: "branch",
        does: "The first condition that is true decides. One that has no value counts as false.",
        fields: &[
            required("when", Takes::Conditions, "A list of `{ if: \"condition\", next: node }`."),
            required("otherwise", Takes::Target, "Where the call goes when none is true."),
        ],
        example: "branch: { when: [{ if: \"caller.number.startsWith('+44')\", next: there }], otherwise: there }",
    },
    Kind {
        word: "hours",
        does: "Chooses by the time of day and the calendar. Time zones are compiled in.",
        fields: &[
            required("zone", Takes::Zone, "Whose clock counts: an IANA name."),
            required(
                "week",
                Takes::Week,
                "By day, `mon` to `sun` or `mon-fri`: a time like `\"09:00-17:00\"` or a list of them. `\"22:00-02:00\"` goes into the next day. Days left out are closed.",
            ),
            optional("holidays", Takes::Dates, "none", "Days on which it is closed."),
            optional(
                "calendar",
                Takes::File(".ics"),
                "none",
                "An iCalendar file beside the flow: events of days or hours, once or every year. Read when the flow is loaded.",
            ),
            required("open", Takes::Target, "Where the call goes in opening hours."),
            required("closed", Takes::Target, "Where it goes outside them."),
            optional("holiday", Takes::Target, "`closed`", "Where it goes on a holiday."),
        ],
        example: "hours: { zone: Europe/Berlin, week: { mon-fri: \"09:00-17:00\", sat: \"10:00-12:00\" }, holidays: [\"2026-12-25\"], open: there, closed: there }",
    },
    Kind {
        word: "http",
        does: "Asks an HTTP endpoint of your own. Its host must be listed in the settings (`flow.http_hosts`). Each `${…}` in the URL is encoded, so that nothing a caller types can change where the request goes.",
        fields: &[
            optional(
                "method",
                Takes::Word(&["GET", "POST"]),
                "GET, with `body` POST",
                "What has a `body` is a POST.",
            ),
            required(
                "url",
                Takes::Text,
                "`https://host/…`, or an expression that reads `config` alone followed by `/`.",
            ),
            optional(
                "timeout",
                Takes::Duration(100, 30_000),
                "3s",
                "The longest wait for the whole answer.",
            ),
            optional(
                "body",
                Takes::Assignments,
                "none",
                "The members of a JSON object that is sent: the request is a POST. The only place for digits of a sensitive `collect`, as `vars.NAME`.",
            ),
            optional(
                "retries",
                Takes::Whole(0, 3),
                "0",
                "How often it is asked again, at once, after no answer, 408, 429 or 5xx. Every try has the same `Idempotency-Key`, so that the endpoint can tell that it is one request. The caller waits for all of them.",
            ),
            optional(
                "sign",
                Takes::Secret,
                "it is not signed",
                "Signs the request with a secret of the settings (`flow.secrets`). The header `Switchboard-Signature: t=SECONDS,v1=HEX` has the HMAC-SHA256 of `SECONDS.METHOD.PATH?QUERY.BODY`.",
            ),
            optional(
                "auth",
                Takes::Auth,
                "none",
                "A secret of the settings, sent as `Authorization: Bearer` or as `api-key`.",
            ),
            optional(
                "set",
                Takes::Assignments,
                "none",
                "Variables, from `response.status` and `response.body` (JSON), in order.",
            ),
            NEXT,
            FAILED,
        ],
        example: "http: { url: \"https://api.example.org/callers/${caller.number}\", set: { tier: \"response.body.tier\" }, next: there, failed: there }",
    },
    Kind {
        word: "flow",
        does: "Goes through a sub-flow and comes back. It has variables of its own, which begin anew each time. It is part of the bundle that a call keeps to its end. It cannot enter itself.",
        fields: &[
            required("file", Takes::File(".yaml"), "The sub-flow's file, beside the flow's own."),
            optional("with", Takes::Assignments, "none", "Its parameters, reckoned here."),
            optional(
                "set",
                Takes::Assignments,
                "none",
                "Variables, from `result.NAME`, which its `return` gives.",
            ),
            optional(
                "exits",
                Takes::Targets,
                "none",
                "Where the call goes by the name that its `return` has. Each name must stand here.",
            ),
            optional(
                "next",
                Takes::Target,
                "needed where it returns without a name",
                "Where the call goes after a `return` without a name.",
            ),
            required(
                "failed",
                Takes::Target,
                "Where the call goes when a parameter or a `set` cannot be reckoned or has another type.",
            ),
        ],
        example: "flow: { file: identify.yaml, with: { number: caller.number }, set: { who: result.name }, exits: { found: there }, next: there, failed: there }",
    },
];

pub(super) const PEOPLE: &[Kind] = &[
    Kind {
        word: "queue",
        does: "Waits for a colleague in Teams and connects. Every wait has an end.",
        fields: &[
            required("name", Takes::Name, "The queue, as in the settings."),
            optional(
                "music",
                Takes::File(".wav"),
                "the announcement alone",
                "Looped while waiting. `music/hold.wav` is always there.",
            ),
            optional(
                "announce",
                Takes::Speech,
                "none",
                "Heard on entering, and again after each `every`.",
            ),
            optional(
                "every",
                Takes::Duration(5_000, 600_000),
                "30s",
                "The time between two announcements.",
            ),
            optional(
                "ring",
                Takes::Duration(5_000, 180_000),
                "20s",
                "How long one colleague's Teams rings, in whole seconds.",
            ),
            optional(
                "record",
                Takes::Record,
                "no recording",
                "Records the conversation. `consent` is heard first; without it a consent node must stand on every way to the queue.",
            ),
            required(
                "overflow",
                Takes::Overflow,
                "The longest wait (5s to 2h, 3m if left out), and where the call goes then.",
            ),
            optional(
                "unavailable",
                Takes::Target,
                "where `overflow` leads",
                "Where the call goes when nobody is on duty.",
            ),
        ],
        example: "queue: { name: support, music: music/hold.wav, announce: \"One moment, please.\", record: { consent: \"This call is recorded.\" }, overflow: { after: 60s, next: there } }",
    },
    Kind {
        word: "ring",
        does: "Rings named people, one after the other, and connects the caller with the first who answers. Who declines, is busy, cannot be reached or does not answer is followed by the next. The call ends when one of the two leaves. The outcome is `connected`.",
        fields: &[
            required(
                "people",
                Takes::Callees,
                "Whom, in order: at most ten addresses like those of `redirect`.",
            ),
            optional(
                "ring",
                Takes::Duration(5_000, 180_000),
                "20s",
                "How long each of them rings, in whole seconds.",
            ),
            optional(
                "music",
                Takes::File(".wav"),
                "`music/hold.wav`",
                "What the caller hears meanwhile, looped.",
            ),
            required("otherwise", Takes::Target, "Where the call goes when nobody took it."),
        ],
        example: "ring: { people: [{ teams_user: 11111111-1111-4111-8111-111111111111 }, { phone: \"+18005550101\" }], otherwise: there }",
    },
    Kind {
        word: "add",
        does: "Adds somebody to the call, for example an interpreter: the flow goes on with both. Both hear what it says; what is typed or said to it counts from the caller alone.",
        fields: &[
            required("who", Takes::Callee, "An address like that of `redirect`."),
            optional(
                "ring",
                Takes::Duration(5_000, 180_000),
                "20s",
                "How long it rings, in whole seconds.",
            ),
            optional(
                "music",
                Takes::File(".wav"),
                "`music/hold.wav`",
                "What the caller hears meanwhile, looped.",
            ),
            NEXT,
            required("failed", Takes::Target, "Where the call goes when he did not come."),
        ],
        example: "add: { who: { phone: \"+18005550101\" }, next: there, failed: there }",
    },
    Kind {
        word: "remove",
        does: "Takes somebody out of the call whom `add` brought in. Never the caller: that is `hangup`.",
        fields: &[
            required("who", Takes::Callee, "The address that he was added by."),
            NEXT,
            required(
                "failed",
                Takes::Target,
                "Where the call goes when he was not in the call, or could not be taken out.",
            ),
        ],
        example: "remove: { who: { phone: \"+18005550101\" }, next: there, failed: there }",
    },
    Kind {
        word: "hold",
        does: "Puts the caller on hold for a while: he hears music and nobody, and nobody hears him.",
        fields: &[
            required("length", Takes::Duration(1_000, 600_000), "How long."),
            optional("music", Takes::File(".wav"), "`music/hold.wav`", "What he hears meanwhile."),
            NEXT,
            required(
                "failed",
                Takes::Target,
                "Where the call goes when he could not be held, or not be taken back.",
            ),
        ],
        example: "hold: { length: 30s, next: there, failed: there }",
    },
    Kind {
        word: "transfer",
        does: "Gives the caller to somebody else and leaves the call (a blind transfer): a person or a call queue in Teams, a phone, an ACS user. A phone is shown the number that the caller dialled. Who does not take it within a minute gives the caller back. The outcome is `transferred`.",
        fields: &[
            required("to", Takes::Callee, "An address like that of `redirect`."),
            required(
                "failed",
                Takes::Target,
                "Where the call goes when the other did not take it.",
            ),
        ],
        example: "transfer: { to: { teams_app: 11111111-1111-4111-8111-111111111111 }, failed: there }",
    },
    Kind {
        word: "stream",
        does: "Lets the caller talk with a voice agent: a program of your own that speaks and understands. The sound of the call goes to it over a web socket and its sound comes back, until it hands the caller over, ends, or the time is over. Agents are listed in the settings (`voice_agents`), so that no flow holds an address. [voice-agents.md](voice-agents.md) has the frames. What the flow plays before and after is not part of it.",
        fields: &[
            required("to", Takes::Name, "The voice agent, as in the settings."),
            optional(
                "send",
                Takes::Assignments,
                "nothing",
                "What the agent is told when it takes the call. Not digits of a sensitive `collect`.",
            ),
            optional(
                "max",
                Takes::Duration(10_000, 7_200_000),
                "10m",
                "How long they talk at most.",
            ),
            optional(
                "hand_over",
                Takes::Targets,
                "it can only end",
                "Where the call goes by the word with which the agent hands the caller over.",
            ),
            optional(
                "set",
                Takes::Assignments,
                "none",
                "Variables, from `handed.NAME`, which the agent gives with the caller.",
            ),
            required(
                "next",
                Takes::Target,
                "Where the call goes when the agent has ended the talk, or `max` is over.",
            ),
            required(
                "failed",
                Takes::Target,
                "Where the call goes when the agent could not be reached, broke off, hands over with a word that is not in `hand_over`, or `send` or `set` cannot be reckoned.",
            ),
        ],
        example: "stream: { to: helper, send: { number: caller.number }, hand_over: { person: there }, set: { topic: handed.topic }, next: there, failed: there }",
    },
    Kind {
        word: "record",
        does: "Starts, pauses, resumes or stops the recording of the call, and waits until that is so. It starts only for a caller who agreed: a consent node stands on every way to it. What is so already is done. A sensitive `collect` pauses the recording by itself and lets it go on afterwards; where it cannot be paused it is stopped.",
        fields: &[
            required(
                "action",
                Takes::Word(&["start", "pause", "resume", "stop"]),
                "What is done with the recording.",
            ),
            NEXT,
            required(
                "failed",
                Takes::Target,
                "Where the call goes when that was not done within 3.5 s, there is no recording, or the caller does not agree.",
            ),
        ],
        example: "record: { action: stop, next: there, failed: there }",
    },
    Kind {
        word: "voicemail",
        does: "For a caller whom nobody could take. Without `max` it is a goodbye. With `max` he can leave a message after a beep: a recording of the call, ended by silence, by a key, or by hanging up. Needs the speech service, which hears the silence. The outcome is `voicemail`, unless he said nothing.",
        fields: &[
            required("prompt", Takes::Speech, "What is heard."),
            optional(
                "max",
                Takes::Duration(5_000, 600_000),
                "no message is taken",
                "The longest message.",
            ),
            optional(
                "silence",
                Takes::Duration(500, 20_000),
                "3s",
                "Silence after speech that ends the message.",
            ),
            optional("stop", Takes::Tone, "\"#\"", "The key that ends it."),
            NEXT,
            optional(
                "failed",
                Takes::Target,
                "`next`",
                "Where the call goes when the prompt could not be played, nothing could be recorded, or he said nothing.",
            ),
        ],
        example: "voicemail: { prompt: \"Nobody is free. Please leave a message after the tone.\", max: 2m, next: there }",
    },
];

pub(super) const ENDING: &[Kind] = &[
    Kind {
        word: "redirect",
        does: "Sends the call elsewhere before it is answered: no node that speaks or listens may come before. The outcome is `redirected`.",
        fields: &[
            required(
                "to",
                Takes::Callee,
                "One of `phone` (E.164), `teams_user` and `teams_app` (Entra object ids), `acs_user` (raw id). May read `config` alone: callers must not choose whom we call.",
            ),
            required(
                "failed",
                Takes::Target,
                "Where the call goes when it could not be sent there: it still rings, and can be answered.",
            ),
        ],
        example: "redirect: { to: { phone: \"+18005550100\" }, failed: there }",
    },
    Kind {
        word: "reject",
        does: "Refuses the call before it is answered. The outcome is `rejected`.",
        fields: &[optional(
            "reason",
            Takes::Word(&["none", "busy", "forbidden"]),
            "none",
            "What the caller's network is told.",
        )],
        example: "reject: { reason: busy }",
    },
    Kind {
        word: "return",
        does: "Ends a sub-flow: the call goes on in the flow that entered it.",
        fields: &[
            optional(
                "as",
                Takes::Name,
                "`next` of the flow node",
                "The way that the flow takes: one of its `exits`.",
            ),
            optional(
                "with",
                Takes::Assignments,
                "none",
                "What the flow may read as `result.NAME`. A value that cannot be reckoned is left out.",
            ),
        ],
        example: "return: { as: found, with: { name: \"'Ada'\" } }",
    },
    Kind {
        word: "hangup",
        does: "Ends the call for everybody. Before the answer it refuses the call.",
        fields: &[],
        example: "hangup: {}",
    },
];
