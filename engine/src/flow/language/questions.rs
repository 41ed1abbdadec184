//! Nodes that ask the caller.

use super::{Field, Kind, NEXT, Takes, optional, required};

const PROMPT: Field =
    required("prompt", Takes::Speech, "What is heard. The caller may answer before its end.");
const ATTEMPTS: Field =
    optional("attempts", Takes::Whole(1, 10), "3", "How many times the question is asked in all.");
const SILENCE: Field = optional(
    "silence",
    Takes::Duration(1_000, 300_000),
    "5s",
    "How long we listen after the prompt, in whole seconds; up to 20s where phrases are listened for.",
);
const NO_INPUT: Field =
    optional("no_input", Takes::Reply, "a sentence of ours", "What is said after silence.");
const NO_MATCH: Field = optional(
    "no_match",
    Takes::Reply,
    "a sentence of ours",
    "What is said after an answer that is none.",
);
const OTHERWISE: Field =
    required("otherwise", Takes::Target, "Where the call goes after the last attempt.");
const BETWEEN: Field = optional(
    "between",
    Takes::Duration(1_000, 60_000),
    "3s (4s in a callback)",
    "The longest pause between two keys, in whole seconds.",
);

pub(super) const ASKING: &[Kind] = &[
    Kind {
        word: "menu",
        does: "Offers choices by key, by phrase, or by both. A menu without phrases goes out as plain keys and needs no speech service.",
        fields: &[
            PROMPT,
            required(
                "choices",
                Takes::Choices,
                "By label: `{ tone, phrases, next }`. All choices have a tone or none has; the same goes for phrases. Phrases are a list, or lists by language.",
            ),
            ATTEMPTS,
            SILENCE,
            NO_INPUT,
            NO_MATCH,
            OTHERWISE,
        ],
        example: "menu: { prompt: \"For sales, press 1 or say sales.\", choices: { sales: { tone: \"1\", phrases: [\"sales\"], next: there } }, otherwise: there }",
    },
    Kind {
        word: "collect",
        does: "Collects digits into a variable, as text.",
        fields: &[
            PROMPT,
            required(
                "into",
                Takes::Name,
                "The variable that receives the digits: read as `vars.NAME`.",
            ),
            optional("min", Takes::Whole(1, 50), "1", "The fewest digits."),
            required(
                "max",
                Takes::Whole(1, 50),
                "The most digits: with the last one the call goes on at once.",
            ),
            optional("stop", Takes::Tone, "\"#\"", "The key that ends the input early."),
            BETWEEN,
            optional(
                "pattern",
                Takes::Pattern,
                "any digits",
                "A regular expression that all of the digits must fit, for example `[1-9][0-9]{3}`. No letters can stand in it.",
            ),
            optional(
                "luhn",
                Takes::Flag,
                "false",
                "Whether the last digit must be the check digit of the others, as in a card's number.",
            ),
            optional(
                "confirm",
                Takes::Confirm,
                "he is not asked",
                "Asks whether the digits are right: `{ prompt: \"You typed ${vars.number}. If that is right, press 1, else 2.\", yes: \"1\", no: \"2\" }`. After `no` he types again, which is another attempt.",
            ),
            optional(
                "sensitive",
                Takes::Flag,
                "false",
                "The digits are kept nowhere: not in the journal, a trace, a log or an export. They stay in memory for ten minutes, and only `body` of an http node can send them, as `vars.NAME` alone. A recording that runs is paused. If they are lost, because the service was started again or another replica took the next event, the caller is asked once more.",
            ),
            ATTEMPTS,
            SILENCE,
            NO_INPUT,
            NO_MATCH,
            OTHERWISE,
            NEXT,
        ],
        example: "collect: { prompt: \"Type your number.\", into: number, max: 6, next: there, otherwise: there }",
    },
    Kind {
        word: "consent",
        does: "Sees to it that a caller knows of a recording. With `text` he is told; heard to its end counts. With `prompt`, `yes` and `no` he is asked. Expressions read the answer as `call.consent`. A queue with `record: {}` behind it records without a sentence of its own.",
        fields: &[
            optional("text", Takes::Speech, "he is asked", "The sentence that tells him."),
            optional(
                "next",
                Takes::Target,
                "he is asked",
                "Where the call goes when he heard it to its end.",
            ),
            optional(
                "failed",
                Takes::Target,
                "he is asked",
                "Where the call goes when he did not.",
            ),
            optional("prompt", Takes::Speech, "he is told", "The question."),
            optional(
                "yes",
                Takes::Choice,
                "he is told",
                "How he agrees, and where the call goes then.",
            ),
            optional(
                "no",
                Takes::Choice,
                "he is told",
                "How he does not, and where the call goes then.",
            ),
            ATTEMPTS,
            SILENCE,
            NO_INPUT,
            NO_MATCH,
            optional(
                "otherwise",
                Takes::Target,
                "he is told",
                "Where the call goes after the last attempt.",
            ),
        ],
        example: "consent: { text: \"This call is recorded.\", next: there, failed: there }",
    },
    Kind {
        word: "callback",
        does: "Asks for a number at which the caller wishes to be called back. The wish is the call's outcome, `callback`, and its number is in the call's export. This release dials nothing: people or programs of yours do.",
        fields: &[
            PROMPT,
            optional(
                "own",
                Takes::Tone,
                "\"1\"",
                "The key that, alone, means the number he calls from.",
            ),
            optional("min", Takes::Whole(3, 15), "5", "The fewest digits of another number."),
            optional("max", Takes::Whole(3, 15), "15", "The most digits."),
            BETWEEN,
            ATTEMPTS,
            SILENCE,
            NO_INPUT,
            NO_MATCH,
            OTHERWISE,
            NEXT,
        ],
        example: "callback: { prompt: \"We call you back. For this number, press 1; or type another and press pound.\", next: there, otherwise: there }",
    },
    Kind {
        word: "ask",
        does: "Asks what the caller wants, in his own words. A phrase that stands in what he says means its intent; the longest one decides. Where none does, a language model can be asked: it is sent the intents and what he said, nothing else, and can answer with one of the intents or none of them. A key means its intent at any time. Where neither words nor model help he is asked by keys (`keys`). Needs the speech service.",
        fields: &[
            PROMPT,
            required(
                "intents",
                Takes::Choices,
                "By label: `{ phrases, tone, next }`. All have phrases; all have a tone or none has. None can be called `none`.",
            ),
            optional(
                "keys",
                Takes::Speech,
                "he is not asked by keys",
                "What is heard when he is asked by keys: after the last attempt, and at once where speech is not understood for technical reasons, or the model fails. He has as many attempts again.",
            ),
            optional(
                "into",
                Takes::Name,
                "it is not kept",
                "The variable that receives what he said, as text.",
            ),
            optional(
                "end_silence",
                Takes::Duration(300, 5_000),
                "1s",
                "Silence after speech that ends it.",
            ),
            optional(
                "model",
                Takes::Model,
                "the phrases alone",
                "An endpoint for chat completions like OpenAI's, with structured outputs, also Azure OpenAI's: `url` and `auth` as in `http`, the model's name, and the longest wait (500ms to 3s, 2500ms if left out). One that fails costs the caller nothing: he is asked by keys, or the call goes on to `otherwise`.",
            ),
            ATTEMPTS,
            SILENCE,
            NO_INPUT,
            NO_MATCH,
            OTHERWISE,
        ],
        example: "ask: { prompt: \"How can I help you?\", intents: { billing: { phrases: [\"invoice\", \"bill\"], tone: \"1\", next: there }, person: { phrases: [\"somebody\"], tone: \"0\", next: there } }, keys: \"For an invoice, press 1. For a person, press 0.\", model: { url: \"${config.ai}/v1/chat/completions\", model: small, auth: { bearer: ai_key } }, otherwise: there }",
    },
];
