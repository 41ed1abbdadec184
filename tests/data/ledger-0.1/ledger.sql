--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: ledger_of_then; Type: SCHEMA; Schema: -; Owner: -
--



SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: agent; Type: TABLE; Schema: ledger_of_then; Owner: -
--

CREATE TABLE ledger_of_then.agent (
    id text NOT NULL,
    idle_since bigint NOT NULL,
    not_before bigint NOT NULL,
    wrap_up bigint NOT NULL,
    missed_pause bigint NOT NULL
);


--
-- Name: bundle; Type: TABLE; Schema: ledger_of_then; Owner: -
--

CREATE TABLE ledger_of_then.bundle (
    hash text NOT NULL,
    kept bigint NOT NULL,
    source text NOT NULL
);


--
-- Name: bundle_kept_seq; Type: SEQUENCE; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ledger_of_then.bundle ALTER COLUMN kept ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger_of_then.bundle_kept_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: call; Type: TABLE; Schema: ledger_of_then; Owner: -
--

CREATE TABLE ledger_of_then.call (
    "row" bigint NOT NULL,
    id text NOT NULL COLLATE pg_catalog."C",
    created_at bigint NOT NULL,
    ended_at bigint,
    phase text NOT NULL,
    outcome text,
    engine integer NOT NULL,
    seq bigint DEFAULT 0 NOT NULL,
    next_due bigint,
    unapplied bigint DEFAULT 0 NOT NULL,
    erase boolean DEFAULT false NOT NULL,
    aside boolean DEFAULT false NOT NULL,
    claimed_by bigint DEFAULT 0 NOT NULL,
    claimed_until bigint DEFAULT 0 NOT NULL,
    wrapped_key bytea,
    snapshot bytea,
    server_call bytea,
    caller bytea
)
WITH (fillfactor='80', autovacuum_vacuum_scale_factor='0.05');


--
-- Name: call_row_seq; Type: SEQUENCE; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ledger_of_then.call ALTER COLUMN "row" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger_of_then.call_row_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: journal; Type: TABLE; Schema: ledger_of_then; Owner: -
--

CREATE TABLE ledger_of_then.journal (
    call bigint NOT NULL,
    seq bigint NOT NULL,
    event bytea,
    at bigint NOT NULL,
    kind text NOT NULL,
    applied bigint NOT NULL,
    attempts bigint NOT NULL,
    engine integer NOT NULL,
    decision text NOT NULL,
    sealed bytea NOT NULL
);


--
-- Name: lease; Type: TABLE; Schema: ledger_of_then; Owner: -
--

CREATE TABLE ledger_of_then.lease (
    name text NOT NULL,
    owner bigint DEFAULT 0 NOT NULL,
    until timestamp with time zone DEFAULT '1970-01-01 00:00:00+00'::timestamp with time zone NOT NULL
)
WITH (fillfactor='50');


--
-- Name: migration; Type: TABLE; Schema: ledger_of_then; Owner: -
--

CREATE TABLE ledger_of_then.migration (
    number bigint NOT NULL,
    hash text NOT NULL,
    oldest_release bigint NOT NULL,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);


--
-- Name: outbox_order; Type: SEQUENCE; Schema: ledger_of_then; Owner: -
--

CREATE SEQUENCE ledger_of_then.outbox_order
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: outbox; Type: TABLE; Schema: ledger_of_then; Owner: -
--

CREATE TABLE ledger_of_then.outbox (
    call bigint NOT NULL,
    number bigint NOT NULL,
    id bigint DEFAULT nextval('ledger_of_then.outbox_order'::regclass) NOT NULL,
    lane text NOT NULL,
    expires bigint NOT NULL,
    first_sent bigint NOT NULL,
    due bigint NOT NULL,
    attempts bigint DEFAULT 0 NOT NULL,
    owner bigint NOT NULL,
    aside boolean DEFAULT false NOT NULL,
    name text NOT NULL,
    sealed bytea NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0.02');


--
-- Name: parked; Type: TABLE; Schema: ledger_of_then; Owner: -
--

CREATE TABLE ledger_of_then.parked (
    id bigint NOT NULL,
    call bigint NOT NULL,
    event bytea,
    at bigint NOT NULL,
    number bigint,
    owner bigint,
    sealed bytea NOT NULL
);


--
-- Name: parked_id_seq; Type: SEQUENCE; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ledger_of_then.parked ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger_of_then.parked_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: quarantine; Type: TABLE; Schema: ledger_of_then; Owner: -
--

CREATE TABLE ledger_of_then.quarantine (
    id bigint NOT NULL,
    call bigint,
    at bigint NOT NULL,
    reason text NOT NULL,
    wrapped_key bytea,
    sealed bytea NOT NULL
);


--
-- Name: quarantine_id_seq; Type: SEQUENCE; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ledger_of_then.quarantine ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger_of_then.quarantine_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: queue; Type: TABLE; Schema: ledger_of_then; Owner: -
--

CREATE TABLE ledger_of_then.queue (
    name text NOT NULL
);


--
-- Name: replica; Type: TABLE; Schema: ledger_of_then; Owner: -
--

CREATE TABLE ledger_of_then.replica (
    owner bigint NOT NULL,
    release text NOT NULL,
    seen timestamp with time zone DEFAULT clock_timestamp() NOT NULL
)
WITH (fillfactor='50');


--
-- Name: replica_owner_seq; Type: SEQUENCE; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ledger_of_then.replica ALTER COLUMN owner ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME ledger_of_then.replica_owner_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


--
-- Name: reservation; Type: TABLE; Schema: ledger_of_then; Owner: -
--

CREATE TABLE ledger_of_then.reservation (
    agent text NOT NULL,
    slot bigint NOT NULL,
    call bigint NOT NULL,
    since bigint NOT NULL
);


--
-- Name: ticket; Type: TABLE; Schema: ledger_of_then; Owner: -
--

CREATE TABLE ledger_of_then.ticket (
    call bigint NOT NULL,
    queue text NOT NULL,
    since bigint NOT NULL,
    tried text NOT NULL,
    offered boolean NOT NULL
);


--
-- Data for Name: agent; Type: TABLE DATA; Schema: ledger_of_then; Owner: -
--

INSERT INTO ledger_of_then.agent VALUES ('a1e1e000-0000-4000-8000-000000000001', 1795283370940, 1795283371940, 1000, 30000);


--
-- Data for Name: bundle; Type: TABLE DATA; Schema: ledger_of_then; Owner: -
--

INSERT INTO ledger_of_then.bundle OVERRIDING SYSTEM VALUE VALUES ('265bdb7261acab162973a96fd9c8839483269279b34e2abe6295bd5fa3bee637', 1, '# Contoso Airlines'' help line.
#
# A flow is a map of nodes. A call is at one node at a time and goes from node to node until it hangs up.
# Check this file with: switchboard flow check flows/airline/flow.yaml
#
# What stands between ${ and } is a CEL expression (https://cel.dev). It can read
#   caller.name, caller.number   who calls; the name is "" when nobody sent one
#   called.number                the line that was called
#   call.id, call.language       this call
#   queue.name, queue.waited_s, queue.position   while waiting
#   vars.NAME                    what earlier nodes set
#   config.NAME                  constants of the deployment, from its settings
# If an expression has no value, it is left out of the text and the journal says why.
# Write $${ for the signs themselves.

flow: airline                  # the name of this flow
language: en-US                # how we speak and listen
voice: en-US-JennyNeural       # who speaks
start: greeting                # the first node

nodes:

  # say: speak a text, then go on.
  greeting:
    say:
      text: "Welcome to Contoso Airlines${caller.name != '''' ? '', '' + caller.name : ''''}."
      next: menu

  # menu: the caller chooses by key or by voice, and need not wait for the end of the prompt.
  # Either every choice has a tone or none has; the same goes for phrases. Keys stand in quotes.
  menu:
    menu:
      prompt: "For flight status, press 1. For baggage, press 2. To talk to a person, press 0. To hear this again, press 9."
      choices:
        flight:  { tone: "1", phrases: ["flight status", "flight", "status"], next: ask_flight }
        baggage: { tone: "2", phrases: ["baggage", "luggage", "my bag"], next: baggage }
        person:  { tone: "0", phrases: ["a person", "agent", "help"], next: people }
        again:   { tone: "9", phrases: ["again", "repeat"], next: menu }
      attempts: 3              # how often we ask in all (1 to 10; 3 if left out)
      silence: 5s              # how long we listen after the prompt (5s if left out; up to 20s with phrases)
      no_input: { say: "I did not hear you." }
      no_match: { say: "Sorry, that is not one of the choices." }
      otherwise: people        # after the last attempt: no caller is lost

  # collect: the caller types digits. They arrive as text in a variable, here vars.flight.
  ask_flight:
    collect:
      prompt: "Type your flight number, then press the pound key."
      into: flight
      min: 1                   # 1 if left out
      max: 4                   # with the fourth digit we go on at once
      stop: "#"                # ends the input early; "#" if left out
      between: 3s              # longest pause between two keys (3s if left out)
      no_input: { say: "I did not get a number." }
      no_match: { say: "I need at least one digit." }
      otherwise: people
      next: look_up

  # http: ask an endpoint of your own. Each ${…} in the URL is encoded, so that nothing a caller types can
  # change where the request goes; only the deployment''s settings can, by an expression at the very start.
  # `set` reads response.status and response.body (JSON) into variables, in order.
  look_up:
    http:
      method: GET              # GET if left out
      url: "${config.flights}/flights/${vars.flight}"
      timeout: 3s              # 3s if left out
      set:
        status: "has(response.body.status) ? response.body.status : ''unknown''"
        city: "has(response.body.city) ? '' to '' + response.body.city : ''''"
        gate: "has(response.body.gate) ? '' Please go to gate '' + response.body.gate + ''.'' : ''''"
      next: is_known
      failed: no_answer        # no 2xx answer in time, or `set` found no value

  # branch: the first condition that is true decides.
  is_known:
    branch:
      when:
        - { if: "vars.status == ''unknown''", next: unknown_flight }
      otherwise: flight_status

  flight_status:
    say: { text: "Flight ${vars.flight}${vars.city} is ${vars.status}.${vars.gate}", next: menu }

  unknown_flight:
    say: { text: "I do not know a flight ${vars.flight} today. Let us start over.", next: menu }

  no_answer:
    say: { text: "I cannot see our flights at the moment. A colleague will help you.", next: people }

  baggage:
    menu:
      prompt: "Bags come to belt 4. If yours is missing, see the baggage desk next to it. Press 1 for the main menu, or simply hang up."
      choices:
        menu: { tone: "1", phrases: ["main menu", "back"], next: menu }
      attempts: 1
      otherwise: bye           # a caller who says nothing has heard enough

  # queue: wait for a colleague in Teams. The music plays until somebody takes the call; every wait has an end.
  people:
    queue:
      name: support            # as in the settings
      music: music/hold.wav    # below the prompts'' base
      announce: "One moment, please. I am calling a colleague for you."
      every: 30s               # how often we announce (30s if left out)
      ring: 20s                # how long one colleague''s Teams rings (20s if left out)
      record: { consent: "This call is recorded to improve our service." }
      overflow: { after: 60s, next: voicemail }    # the longest wait (3m if left out)
      unavailable: voicemail   # nobody is on duty (where `overflow` leads if left out)

  # voicemail: a recorded goodbye for a caller whom nobody could take.
  voicemail:
    voicemail:
      prompt: "All our colleagues are busy right now. Please call again a little later."
      next: bye

  bye:
    say: { text: "Thank you for calling Contoso Airlines. Goodbye!", next: end }

  # hangup: end the call for everybody.
  end:
    hangup: {}
');


--
-- Data for Name: call; Type: TABLE DATA; Schema: ledger_of_then; Owner: -
--

INSERT INTO ledger_of_then.call OVERRIDING SYSTEM VALUE VALUES (1, '01M7ZKMFQ8FJ6MW1B6XNSJKDA9', 1795283369708, 1795283370940, 'ended', 'connected', 1, 25, NULL, 0, false, false, 0, 0, '\x01083431333035303165db348c370b1cb69c9dfb8740786c5f2c9758b98540ac11bbe24a9088c4677015ec371ce16133c924e01e23640980a502c37769783d10039814f218a6', '\x46e48b58eac70da951b8e2263e0dab9f987f803fc10d427737cd805e5ce3a5cc935c650cb2d69b5a47a44a8c1957207663292e9244535808663f36766e5b026c91f28e0375fd6d17ca13e961f306bf086edbc64be4cd43b2683ec9bbd35de3950d9b4ae7a76197817b66900e2edd7ad3aeb553457a9c86395af34bf1f016f85284ec8549a3fc76b5c178c18d887454fa055efef6c544921a2c7e5c3315452ebf27a2b31ea1b11439b49028c9757e58b6737d8a1a512b9696e646bf60dca4bc67680a2d87d2e530195c00eb43a6696e0cbb346666738b0f2fa7d061f6d1f10b670a1f2b43812ca53ae5b9a0a0971a5914097ec37f3f098b6efa5aa86bb226de256ef44f2d135564f490a43db55cb5f53413186ffdfa3c522933906f79bde74e70f5c8b34a417be6b3ea09d003b8c8b2f23739a7bab94e3b493f97b68c0a35ff3cfb6f60f49693c4e5508b2d29f13a2d214009224f8083af3c5f50673960798bf7c4e3d5c176cc804615d88b8c26b156fe3f124b9c8fcfc476cf814ade5790c03060232c75b9876bc7b7657901a3aabf1ec52049d6491d3dfc691390fb82c50160f3426ec4223c79409203bcaef64341d3f073e63293178cb898b719a27fccc306425ecb0199461f6926fabf190e84b7413d89916a4b7f8ce4752e7d60484593201958deadba962c455613a7d0b116c524c3bd0f041da1b4cb4bf5ef0fa8a3aeddb0a360650ec2dad0efdeb50106ad31143002751b55c94dad860929ffb752ddd61e0c0150605075a78aff0705b6f701166c552125b851fe21aa0c8299825aa01b1b50b07b8851239e4fbe036cb023a6414db81e395a6fb03c768a38ffb6cba7d9e0ef698c18b251096013963020d1985a2bc7c0d4501bb27cb7dfe3a89f5a377721b20fe0066b6488ac240b3edb76d5d246a17dd77e8d225aea923c1df649e5c143ca3577395956f21dcd5498ee17cec7e40a0d0c36670193bc49e7443cb9eb743c4e99fd08567d6d17958f2894ef0e4353edf29f6b52e1737615e6235ca9fc8218f6fca1e2241868a6dbf6abbafa4b48225ddee0fd9bc90fbc906d248b9ebeccbeaee3ce68eee45149c9a02a361f206985ae05dffd1a3f3c99f02582f32d848139055420e69dd34f8b173771eef7301677818c67013427dd1926a259a7630fd2f2dc6428e07781d6e7fe25e9e348e76216d790bc46342e9de8630197aadc191d2a88a5e00573bd293af964d8e6d1a10f84556f67b8abb79d788021107b6b4cfc0e06b6845ec70c6c2c6f184fc3528438c855ee9736e6f9f456d11a7e85505f2aba1ea89c3bf13108b58a01b4642f1a829c55696f1b1f44745f7dc3cd513896fa3646bae54b727dbb179f52d08b02d6baa13081d110275227ab5da29a21d2f374da03cf9a66b3a924884bd0bad1f383b7595e60d4721c49981eb430051189d0535e713caf75318aedb664846fecc05fc66420b34e2f0f6f6743936bdfe749191fb1649d0674a65efe02db28552e13038e5628d63f89', '\x338ccfbc41aa995838245ae6605e83b9', '\x00c377499d27ab337912174d549adedb');
INSERT INTO ledger_of_then.call OVERRIDING SYSTEM VALUE VALUES (2, '01M7ZKMH26DB38J6S3PX36V036', 1795283371086, NULL, 'in flow', NULL, 1, 8, 1795283403907, 0, false, false, 0, 0, '\x0108343133303530316549699a823af4a7e0eedc05ccf0928b4580407a968bbbdaf63930862c6416d697cec49611c790c3b67692e9ff806cf2ad42d737317f09332283bb961b', '\x2d3190ca390c56ebbf73f711c01f5b2b38a97b10864d468ab09ed61c9bd8243459b95ee6c87b650e7eb1000d8e2571e30c3a9bc6048b26dd3efe43e0e667252dbed244d1e360f259d97d469679f96c81fe7401ffdf0e0254d5f5ff673c950aeafb22110b3236589eab0459bfbf7c7497d5b386a5afcb6b535a186aa6cc0c821fa88b18e9028d5e097aae5c0ae640c8caf616915a19d5902179b0f0708765567a3a21b0ee6346de3fd4addbd417030b909206aa6baac6ff9fac2c3e1d27b806477e377198e20bec43bf3f70cd4bb2c29ddc3ee977713373cdd3040f3c369eb2386e78ace80811fdf854857d51cdc968f993ebc0bd13bf8accab09313a82e24035140247c3e037d9f1cf4642fbcaaf1f28b7578a74ca69586dcfb0c48b5fcd4257c856f5440335c38e2032b2f896b30b8e3f869f821d5cbfd7206f6204cfff508d7cef12990399a40979b9ad1410e93c50ed257eb8db02be25df60802fdf411fe48dc82fcb81cf2ad6d434d56ad169984067e6790e3f30c3a28b881c1caf0bb981b6cedc385c731b7c3e364030d1da18b8c1e3d82c84a0bab7089070aa10daee4c726bf430e7abbd54fea18c504940432e384377d2495482260910ddd25f6698007d8dfad339d210c717fd66997bcdb473186acd2ef9af95efe1f1b3a7e180d67488cc7d1aa2721102cdd0a2d765643ca0cbb9a00a22d1328dd208563a918decd9475a6c85ad4ccc3d7bccab0c20b925be8fec45ee70031df3747084551427f3a4e0e2371db44b69abaffcfa38450e118d89022a4a91ea104494faf681f5731f4498edd33c3e4d4cdccf8dff98e498f14ab47980089b2c9c93ef1ce9b3192d469284ddb5d83044863590e36c67fb4afb0b3b03ef262f469fb7274eb21e2921f207fbabb5b64141e97cf838d32c41de61a66ab88ca73dbc476d50087b18338ba35415af9e5e1e7822e8cbcf9c05a02b855e6f74c14cff569cc8f442e7d3b448dd1841ff76566abf06e8ecc1f6858f5906fa160eb153d7985cd7f4bd6475dcbd6a8f671eae6cfdb3cf7844a80417856f37d9e53a18d82aff6f5418f055f5eb3ab1de47a36cdfe80de278752f9233f486e7c6a6685fc109651064a12125361a7e4e753509b9082f5547c8aa75943d7d2444c3e040878066876160c5145aa1b899642cc02af77651900d7c75d59a7a084eb70744fdece2fbcacf7615828ec537c4d7fa49725faad2c8944b9aa6a216f29384f77da4bc9da37bc8920ef04724ec2d407a7ed3738e66961dd628af2d151a1ea9ab7e15cf59b5373c7d57d16b077820985620b54361479b44f01938e99488a4f62fd9cd6d4c73caa7eacb4e84bdb7e9e35fcc43a5d38c86a1ba526e53335db5927ef10893d5ba01d5b06d440a28b179d0d8c93c7747bcb908836091c32146b5c9dec6f2fa80b19cbbcb4c5f4f29160ef29c9b8093bd9adcbade7720c974e67699801351a87236db7561b1b0e7cce3a1697ce2938abc2fa3b6879fc9b373bd024cd79689aadcc4014ddbe971cc0f66dfc3', '\xb5b5abf560759ee61e53e52cdf1968ef', '\x00c377499d27ab337912174d549adedb');


--
-- Data for Name: journal; Type: TABLE DATA; Schema: ledger_of_then; Owner: -
--

INSERT INTO ledger_of_then.journal VALUES (1, 1, '\x6675c48eecc32d9f2e5702cb44ce1b93', 1795283369708, 'IncomingCall', 1, 1, 1, '{"phase":"ringing","node":null,"commands":[],"notes":[]}', '\x5c02a0ce9e55cc0b368bd131c37aeb3772e32f8106a0c89873aa8b1787fbe329dbd1c4bce82168b43c8939b91f889a7eb8496e42b8c80f77d3f917c46786f88ddcd7b92a954739f49f71a2c4e202fbaa2473a1b57f5277ca487be3a9d45a6d0d1094dcf0c4d8aa13961c80eebaef55e539e1ae78b505a18fe80a5cacb0c5f1c4f487bdfba594723332059512e8934ab3e84df684c386f5d909b877a60aa74034bca62351f6ec71ebdc086c4e3427af299f84611e50943db0563b4504fb13f77c76c8f53a68a0a30d123605c0659b50a528f334abe9267aa011000692d3d3a73533625076f469b740e7d2745cf188c55abdddf0717f5cfe8fcb97298d7742ed702744be8e7e0148cb63b9d5c401a315e7aaa83028fac51d9b6b226f21376ce2020fe79d5a9b9aaa0cab39283526ec279f20642381a75a92474eb8831aceb30029bf60c3c7506d735ea45a42d818f3a3647daf48e863a418155595819d92e71b2760fd3142629e81a3a50de8b755c68da8d96053c22de321959219e7653f9d710afb82c377b0d614dd8c2a147ab61d99262a3f9e65d7cf7268c7255c4d8799f3382eb43792bba6a7d34e1573a4a5829468159144e91878102edc8e246dc7b84b00af88d7d0ff836a7249c2f2f421d7091fca93a7d3f5531e33119f5814f9cf115e46cb4f15ad1ce4977aed9ddf77ac1097453c158fa19c8b344b303147d549d80f19424252a2401864b19bcecf7c2e720a218ba822d7b6fe9098cc9197d2679d827c71ab5b99c27d909534f21b889e22cc918db1f0117a9b7d3d408364e227b668e6288e09dc3c9ec1142c2c6464e7619553abaf22c697ab59fba8542dd8931b1dda8508c19dce30b358328bb2e9b332c7b73a7e9e44cb3bd7caa0b46bd4a0b02f777314ec151c36478760151b88606e7481e364515b327738dc4ea63680f66193bb9a70ac31a209b95e2f7abdb3458a01322ae98d851787dba359d362db881bc3547c615d84f5e5ff90cfa5532a6bde75e43ce9b64c08b3d9b61ce7102553d389d0e9d92807d1912a231c35e2d42a3ab703f1cd890bc83b302a4e2bce7141259452522f8ff1cabebfda1f6e5cc4be476642ab32dbfd5dc76eb197b7d4226c530fc2c4a39e87896ed11d9d9ffafd00875d25ee440a5d476626e888875c65efd1c0a921d5db5bfc59103aa34a84d87ce79f370bedc0ab525127461744d74ca2ba256bad314deb28e6d6eccd46a7bb3c4a141eb39672b015b2f19ba4c676ab968a0febc38431f43e29a9908de1d74d2fa12f4129e1de352803955603f49b8fc46c8dd569f64adba15bef47ac66d56f4452ef3c6c07bba569ee750515041239f3e3ec941f9197b1fee36acd9085fb6b8448d670df61e6b02ca2083bd2a92ddf933e346ae1f78535a33e13bd70990d91a1f325accc9b09615d04649e3566abaeba4d72ea2c10dfc79d622709c9b1f937e57371002187eb29c921401ad470fa0f1aec8e6ca1ba7df59d0b76b70c11777ecd6d95215d0147d7c5c1b45a5214109ef2b9bf88d68663d0b9861359b36be243e1dc2b7eae2cf0a4b2698eeabaede8d76bf91eeae977455013552dafef36ef6235a452742c4a76ba19188964a5dec93bbcec1d5612c3e5dbf1a559d3707c2fbd3c41284e98786b469ad85e6cd9c4eed0c10fc02a7e5ee255ddf2e72561a22cac5644437b96e38d639a963491408213959bb2f69568f7de7663f91ba0f50c529e039b60bb9d2dc627fa7b8b528807ded6f944387f9329911b2dc136e1919609fd98f44672ab1e46f86fb521306af509e0835cfad8f7d948542f003d62a07a01c37c4baf2d755538b03f43901da57c7202208d96cae47b84afcfd6d17f18ac9b8f98168c0fb922844da8cf30fb980216cceb2f92cd5f8d8033bd10eec1d0fdcbcd0483855478edfc082fc4967efdd8cbc0e7c49c016e73b1283a09b53cc2ce627c8423ce26eddd9b386c56d81944bf852b15fa9f28742bd76bf4b7339411b5a765c191fec97394a4dacf905be31af722b000c9d1a735e7bdffeb27b071920e83153fdf9c918aa0ca77a15daf152c2d16ba656816a6827119a61b7f4b678488fe8aeea04eb140bf7d01bd647d469d63a969372329392c337a0671187298bfb56335f3f226537f6bf5126aa5ab7940daac3bb8318950e5f6dfce4f9f36e62eafbdd4658fbd3e08f543d359d1982ebb257b5dcf7a5a82356dba0f821d2245a514aff19e148db77d5ee08951e21ffe6d897510cab222ed8a251d59a9a9c3f860aad894e8f9e2c8af1f575c39f8009f95e9d23c610c660dacc0530d5cd666e77ad35086832b0add7dfd1bfe2db0bae56b440e1d80ea4172f642d66762e4ccac1bb778f2838a2c8237d2ff2a16ab20ac55fd80fe152dcbb7177637c20ce0498845ba8f18616b6941470df1302d3c918b6cdb12fea1cf63c51e22de5d80796fe069256ad45b4172b49a7fa4ae52ff4b061c1cb446435f6d2ce1da2af99903a2eca1595189278b35e9a79dfcb745c66c7bea7e569485483a129c7a1d0180ed1d073171f9979d5abd0da83de2c0e446f7b7f6a5d1f8bb8a931a3632c4483b636facb8524c8f0f2fd329b863d84bd7fcf4d4f2a908459869835fccdc939aeb930551ab232317e861e71aeb255dc68c25f67ab39831384595ccc45dbdbd37bb19749bf54d17423533edf43e666bfe91087fd73b7983409f22287157dfa2d20884f4b5a473eb3061da64927eb8af741dd3ebbb388f5ae35e8809ffc89cca3ff8cedbdb198047ec382f290946e33458d7aa97bc8a1762c1221c2c95a1da0f9fd117863d5b85a218b0ee9283b77e2c74c0ce9ec26cabc9f11f2972f8ffa2828e162a744cb0d168fff418aebb1f6329d768d406');
INSERT INTO ledger_of_then.journal VALUES (1, 2, NULL, 1795283369708, 'FlowChosen', 1, 1, 1, '{"phase":"answering","node":"greeting","commands":[[1,"Answer"]],"notes":[]}', '\xd7e6a3519d8acc447281a9a4b14b1aa20f790d825c257778eb396594bc6a06c380c097f48d11fc48cc5d3938861f0e77a686446cbc2d14b2a6926bea8b85b5026bb8ca6dea5bbe9f6f514cbd57f7d31a3f643df7f6c8c1a3fcc89fcb3ee65cf9361ede532760fa736feeb3a567ea477c2005eb43d4d8a08222f418af39615a88bebb837af81c0c57c7c82dc38a471818f8685108e61683fc0d8d41695a8715909282493c8de6934afb7dcb538da143aefae6d0d68d41aa8e23445aa22d997ae530a0acba12164a15ff0ed9ad9572f3a52cde095e9118f880bf193efda56df07a45a67f748ded00e2a196b1258db4c055fcffa0a6e42bd93b214ae87a43ec4e96b9c01b997ada1a77e335dfb48deb28b9cc46fdc13428cce1dfe45c7ede6f66e97c8612a62c4c5722b5a731f626188523c435ad4796c9d611019f2924ab84e9d2db3cd1627134544f67df031203ecb1b6a3f2438c4a9b8f12d5a42247058bfb695bf047b08dbae0770835ca9ccec9d23a3fc91dcd1098e47d7889e8af98027155834f6320e0626b45c98c2c01327f80e8a0e2d9fdb9b1dbddbed7fc7561770da142b92c1de9ffeb93da6c87ca95bc9df5c5d1109e203ee1b70cfc95a5670efe87104c18055b6e2f38f31efa6c666f5529efa7c7ef6c74fdf7552e9d5fb2b8263df88808e883908f7092c6a8304bcd499995a9324616c9f2b38e2c19fbdafb0772e0525cc618a2857dc17d7921429273d93499461448da694d65ccb47bd7388e3399f6f24d3a224b246c4fa2a3ae1821cfd238e7230641c0977d538c03d3d23ed5d1e1379632b776d6a09ae72d8eb854395e56d1c5cb60cfc817f7611f4c05fa67c3786074f550fb0b2d29be222b837edcc0d88cf816e4b1596b0b1648f3d3e4a3c5f3bcf95f753cfcd5fb09223332c29a4e18d8c104c096366df66d745841e82752c7fe37d11a7a8e6034c45883a39a954ae73f2a379dc14f8938d09126ac5767cc07c69186b117dcf9e4cb67d73660f238087cd3d367daa63171abce54546166345e02193483d2965455fc2c002db3f7d532d0961e6a147d78cc05411d38d606fb6e43d7c7af52985f62bc8f881f9d3919935b5e36f7d8ba5c8c08eca648b390deb8abeadb4c5dc65e4188b5e5fa7c8edb44175748d9f7bf8a90bdcacaba0b18adc2a1de00016207670b27732e19c588d60fdef091bd597639348e5677f40d2d5db620356005b9ee657d0cc0f12262c4fbb3e30c4bdeb8c75b6f867644cf6fb3430efe7791ed867809eace438e3077b8c02cd1bb5becbf2bc98535f20ca8433b2b02f77e8e28afe2e95da732c5753ac08aef8e0e456ed74531de17e499bdd5ef72080e14ff0a4c892e2b51d054ea41ce9beef5853d8eb3a777b1b2e12e3119c61a548fd6e3612c223a243e6c4ac021e23bc24f1f11c0c2025d8fa77505973f6cd0335132f0252cc1e9d1bee285b902cb870a040d9aeb0c25c7ad789d0adb1c9128f0fd2608aa3bb96708cca6585a13605607b1e931bf080adf0355e7d5a83496e872fa979abae0ad13b342fcef9afaeee6f1ed0c175b7e71b6e8707fcca6583483e7a1611f89d12af6c2180482733da5020c49d0eac10289131d9ce049c133aaf5a80c2c3d2ce790fc85abfbcc53d847bc2a396c8ca1524d8ec5fb469925c244d155e0097fe335565af4506d1bc120233ef7222dc69b4fb30eb67ceb2acab626657aebc322dd1d66ba9d1cdc80ccf4adb420b90a14f9a278bb72e7a5f94ab7f7eb0d014203e83d2b35c4bc64bbe0dd56f42eaca13938fce6f61e959a1f241f5e15e7eebdb83e686764c69c9cf7d3d6f5af80b13f98783722701da4c96e3832f7d3ec822fc237772480083b8fb291aab0ae9abfb90573c29a7e6962d8f0ce779b2e8ed313ccf8d815cf9f869b8150b194ca560b95ddc838a899cdc0f74bc970a2bd59ffda19e0e5b61b71901a239c05aaf095ceae91b77b874aa84247d9fff2b835d6fc158700fce5664f2e8c57f3e91b0bf03a01141862f5f6bf3ad0f552b48ec7a170b36cda45f67e62000c1efb9c3d7ca14751c32f9d3bc7ba1a859d8f5122afa41bc0e96cc2212a7585cebbbfb9c6eb07e2b59a44ddd09989810259ab01a32d769bb537eaa77d4af555d8b7bd5582cd12cdcc63d6c72332a9b98312e8f07d086373bb8f708f069e40e0cca570ba23dbb7fd40cbeeb14b13bd0991363c17cce80979a63bb70464799bb4fa4168e3b3a155555b102358995a7cbea6ffb45d26388a58f0c63d25c1990c8cb1dc756b3813eed128f6b5abb4cd3896e49947f92c468d1cba24f27bbf04c8774c8ab0238edb306a649ab95fe8a9cd174c87a4e9e22d63c96b45df6cfb8e5cebd5bb689d29a74727fd3e2cbd99d680fe5f79379897aac34f1b2f70174b7bb5b09b305cfb78914a8e0ac1e5a8605305a9ee20df8e06bb2833a53ec7055d80f90dccb834c82079eee81b15d8170de5b7bdd10de5d291a7a58b3600d77bf551f520a838b567c88ac21ee558fe31839e8af59d78211153d16ca6d6bb2c5611feccc672e0236c143c835d7c083f8d29a78e72fea5fc81844108c2d4d2783fc09fabc2dc85f7e350a17110decc9bee4471fd2383bafbb5fea18fee7eb04e97eaa2997355b75c197e0c8af73aa653cd7c87852aaa9c5607b0b32fffbf963e78d8d610409ae89ddffa661897c3618191c75d9ec11136ae8a2fbde1');
INSERT INTO ledger_of_then.journal VALUES (1, 3, '\xd55942504d869d8d8f36455ed9d738c6', 1795283369794, 'Settled', 1, 1, 1, '{"phase":"answering","node":"greeting","commands":[],"notes":[]}', '\xa886c27cea21d7642a8e1b76766fddfde16bfd6f0761242edd9dad8c89f03e8a1f65e92a36a487f8a019b73dbd605a364dac575730a8c265dd11ec45d9ccf05d640dfd8ca05a4bc3e72d4bf9280a05e079e7e8d78a7b336720ee101e8588d24534eae98e373753b5b53fcd6ad5e51c4d9c7edff811b4e99ab1e469dfc66980bdc6784ec031566c7f46d9b5c6f02caf6612b5f59ec70bf7670160a9b689dbfb8ac3bd0c7a028dd0a61d023da4dea04153a143d15fe514b28fe9da6e7d5da787333b0a1b4041bdf34cbf554bde5972a01892b38ddb0adbf246ae5da12198eaeaf32e22f3b7772e29435c65a2ff671a9d8cb86e009bbc159382ce4ad81747391aeb1496bf67e362afbbb5c7e0989090d7dad77f7feb126e6cbe6a1bc6c9d6e6ef767e34557c298057eab07692ab01bdb34352ef3c8840e82a14673cb8ef30c8dd464782061da4ff22fa0a0edfdb9fef4d009fa24f15307a140cb152274095c120ccbfb2b151cc852ccedebb04705297580c90914dc6bbe3c8c496f17a3a855c2b0c05b20b84f8b132575d8daddab77dfa0f8f14ab803709240828');
INSERT INTO ledger_of_then.journal VALUES (1, 4, '\xc01bb6d9b7cae4b2eb324e51b2eaac45', 1795283369817, 'CallConnected', 1, 1, 1, '{"phase":"in flow","node":"greeting","commands":[[2,"Play"]],"notes":[]}', '\x9aa155142299a9826dbc19a5473c4401538608d20d419c37f75e37e3eefc7092a54227b7d9c816731918e2649d9a789df552248888fa7674c2b83e02867de1bd0f470b2253b17f244e1ac6cb26e465ef15e33754a7ffda68eb9ae5b31f8f10cd10fc351f221cb5bd4e7ed938dcb47f578c2054587cb87aaffc9802697f341bc7b9578326651870e516982b08aefa4e3e9e60a4e55a68b1865629808748f3bec68227f66797e927bfcd783c2938506c6f145122fe36b41d31d5008465e431184f5e55a29ee12c3adfaa8dee5dd4b18c2b071e3215464be4d80947ee5ec4a59e8f13b2f103884889149ffc178fc5eb8198bbc2551436a2640d8283517ec3d78d905d4db2794c2bfec4c4b194220a8bf7bf352dfea31501e383cebd031d7e6dcaa8a54f13fa09c3e1cd7ba9e8f2acc35bbc96754ee3d1aab61e48f9333a388a932b16bbd9c1c8e01ca3d8607a5f533d70164736b985c8b0dd0de14a554c3112f6371655828f0c6152a964e065e2e34cef2fc15019ad87c3b32586464e01769cf852e962b905b494c39b61b1b5bf138821310628be3d98d0d215bc4f7e1758ed07f47e1fa716bc05f63139a7a066b5adbe69ad766e2bddf7e58eee37ebd7042d0560b1d75f2f77d4fb591a237ef864aa3151556d8de0c453681d7152b0ddd33ec3390a5f6200abdefe39873bf979ef5c645999e6e9134bc01fc164749c0c3fbdb1256e387ebc4280672d1b47568fc56934adeb674784957e82b0a097699d52a4c82ba4d2889a5be1d041d29dff82c39411b3171927141990ac75cf87826e2ca7ec6b5d63d0f7687847d2ec282b5e40cb4ff9c5e9800e6d04e7086d3025a3b12bec7dc4e54349f012a2e905cd98a61c6a30857d2c2ae054db58a5659d53c8df73ef9ccb0c013cf2181e85f786cc5421c405361229a6565b8cd838737917883a9e92d7ce16ca40fc374595686da541f84dac589c12aa4897d1fbe816f5db9682408141572691f0337dabd9c9bac98f76acabd00bbe5dd48574acb3902ffc25887177f5bc75860b90d22f1126088b421694b5fe13ccb9bfadde8ebce9488542bcfb55b7df13670e593f286b23da0650adac2e72df3fb729b6dfa8c71a8adb32d2b50e0e59a4ff004b30214df21a84bc2d09ceac7f922de32ad45ab72c55226503a7814427635533f8618c6dc3bab7d36ef4d1dea886ca6c176c77cde0b37f153c534e241e38558d46f919673ff878c6babddac889367cc0c86a32a90b6c2e25934aed3acbb6f01dadd49836ec4a83f995f02a5700ee117035e6b04fac5988659d6321dca5d12d5343a214ce0fb0577746fc0e59bd82fb06c68b552e35bdb2e6e02f3aedbc630a3c6ed95ff914ed1b06ea9bd04f28ca17d8472cec4f3c2ff4929a7e511962ef1053ca9f6142ab153f1598f7db9f20f10b46c0d15addc1c296e54df4c57faf725f7ca78ea4338dd5e8e2e346fd83e2c053fd90c489e8a8d3b376149c9977230fb9788523b9');
INSERT INTO ledger_of_then.journal VALUES (1, 5, '\xb8e4034f669e56b37a8e98b96f915ddd', 1795283369829, 'Settled', 1, 1, 1, '{"phase":"in flow","node":"greeting","commands":[],"notes":[]}', '\xf3a05392e3fd2fe5050b84e4955e12ef9398422325790d4f244f5c671d80f9a3577373b8bd2ec179ae600d12c193af22b146a1d22010e381540adcc89aa71fec81107b669acdca09a01aff60e6bc4ae9670636078f3f804268e2d4a0db7ff093765f8171097e5893a6514e22fac422bbba7c547b2cec54ddc2489ca7ab6a82c76dc74db3e39c5a149a22433066b983014ce8cb2cc7eb51c61955ff8fc4e35a2445e2e32df73f23d1cf0a204d340f78d8eb769980087601716218e55ba666285b58');
INSERT INTO ledger_of_then.journal VALUES (1, 6, '\x968640b8c82ebe561b2abc21c181bfbb', 1795283369829, 'ParticipantsUpdated', 1, 1, 1, '{"phase":"in flow","node":"greeting","commands":[],"notes":[]}', '\x5f76a750204929f2eb1431a3d6c69e72d7adfbcc32e2fea82cda7114391b149835c3069e0985b7e61745007460e438b673200bb80cae34cfe1fd22d38c7d310938673af36fd4c8f4d09d79637511789488c8f3a70f942a209497bb8d27fd9d0a7df944e483b8153c0095985ab6db71b33f78763327313b2b8559989d599e23a0003f11f160939de8e8d9e62e101d246e925fbad058955cae8f4f25044d38a6e59050b65027ad952e5901d5e7875cb2b7fbf4427685bdd6346406662ddbd23f1c1a509117576384b1950a95777ef982b273fc8898480e3f50cbf5a54d96e1684dfdfc57cd953403ca32ab15872d5d093583be22bd51be15e2dc02a128c8f62013e420c45986f1c2bfb6e4dbfebbb8e928d1f44092d3cd6637890813f694c343a736aac0cad40d523bd70aa8af29e9cda90eeffa82ff52e3ea9a167a18c98e926396cab5015d056589acfecb94a2328613eb5917989b5766de705ac1459883dddb9581171952799ba2176f554747993349c5c0b58647392b152adbf2360ac30549e3255e6942215a185ebe635618e2a4ce849be53623699b45d7f2410259b1edf8c5d41adbeac49d87538c5f66554742d36b929c2b7652fb05f6340fd6ad1c169a39a35c2fe97924aa4b927af9063c4578fc25709ecb2d3bbda21773067e08a9e73f7a3ed0ad7abab5433aec99aea6133ef4a9ae7d0895e2cfd1d4c6f15416c8e8476164652f4e90a960b478d0bb3aa01d582e7647b0ebedec8e62a07e81fd98b0450b0b90bd6bb356e9cd18d22db29e95247e164f65c18382e8aa2f30985086710a285a136f638299444ae9b135f9a2734f8094f99de42bc69523e4596eecbccec3e913ff7740333ced41503601d8f9d0f5ecf2509aa531d523d5e2e86e54f4a8d412ae22c4814fdf62954a4bb70847e0efaf5444382dbf377ede0cd0ec6db3db4c05366a4413f6057d38a7136bd59aa3efd516389fa54303563c42066da1f7f3155c9b10604a016c36ae300a350f5666d274e65ff8200507c76f643d2bf9c1412cede9e18199512600944f47d13d8ef332988fb6b07f803ee46eaac2fd97a4dc3d2be8c0016e126c9f5419cc2c184fc4e8a15c33fbf46c0c7e89f63b50b2d9cc6716927733cf9ec5ada96c4be0198f90d6121979419d4d0c196a21cdd5775e18f469b84ee265667bf2c17de0809d28babc07214afd345412b967b032b836332908bd8eea730c1704904b472296bd5f00f0374993bf56ac8ea691845de8b7d208c10c82a226311dbcbb3706fdbc2bb56a5e90aaf3e7e6ef477f9a55a455c06a2ae4b945dca4f821cf79b0251edf23f44bcab883e0e2e045a433ad635b4764ba33af7f32c1d3e040a89fca6d2c16f743cc5c7594c76d794752fcc1dbf514c9275140b222a881d5ff9ab2ecf162');
INSERT INTO ledger_of_then.journal VALUES (1, 7, '\xa55d252084fcd8f7efe29b9dc69e0e72', 1795283369838, 'PlayStarted', 1, 1, 1, '{"phase":"in flow","node":"greeting","commands":[],"notes":[]}', '\xbabe96dca1ca674bb0cb476899bdee58fef311ce4cc92eab29e0270cba3a5f40122a2a936491d714e11061bbd2a4a42bc772a1fd705421dd015023467ca4d048c4d44e6034273a2d3395e778e01c93c342788e02c483ba337b1910bb81318e526a1e89363f5e7ef204960bae10a31da22ae3491c203016d47e387bcd45d34f4a2fac545bf32cfbc8abd1345d69058fe66e363fb3cbf18aa167acea626b35073e7ee9a2623491ebe5521282df62654b26572bf6dfcc86ae440b82415d1658e8dfc84101ac1a1fb0f2c6628736a650c8ab36c8d455f0066cd039e4ec18f705f7b9a1ff80fc3b64097cc0bc49eafb0fef1d36bed074ac8331f4e75b39edcf0df9021332fc0e9f5e272a897c40444be6eaa2240a9418526ee86b92b31d22eebedebb3d92caaa6801d345c95efb2e87a11585b02dc25ff3cd24b8e97cd7f6d35cd875c6340d8ba295cca08e75f033c8f3a0c488c0b625d6344e33c47fcdfd01eb51a2b915b5407e2ad3cccbf194cfb23bfbe11e60e5c91fe9a722b4642794e1e1f2e111f4f3b5944858186b0bec4ac6061ea80d1c68b101dc639deb51e9323fca28698d1947c682d1b10bf64125395c7d2c2928a363956ead434f100ec99594551a363b4fd8d609e9542e18247416bfc06aa878c7076d0a9dff70b87afa182bc3e23a1c6d386423fe6fcad200ec2e3600abc14c6b41d195b7e9b202931857596ea66b6ce22485905098f4f861484f4587f56a99583e5a4919c91004a35a0129827fb68b45e5d56893d2064a244656e8d339201dbbf14321a7d361f53bfbde41afcdd9cd81e4c116b3cc0335d1855220ddaa5b7d1dcead5f3e9aaf86f721b8efd7bce0fbe27643299d39961a0f98966960b2104e38a87e8b7ce35e6cd1263a19188f3905119529e09fe0e086a48ac3457341b7d3bd8a91b9840344a2a9f1d1ebd959972506e195d90f32650b31d3d6b8506d609c6c70a3252af1709a00452c74110e2a1d8646ebf717452913294e3fba40715ab9434f17590e994e779051e1d434471153381eeafca5db03b8a1f92286575d374397dea1c66487f334ff6bd665996d86de18a6b2f5df441d3b3247ac6657d93bbf57df7b13969bf5fb325c6917630d07ae8e02a35cf3b8ba50e27b8d277e17e091f4904769aec5f6095adf1aed743088b56d5aa34fa10767ec68bf768ace888a72f06c8422e7515efe36567b41cc8256d0b66eca');
INSERT INTO ledger_of_then.journal VALUES (1, 8, '\x4c0ebacaa07b4cd299372e5aaf9e1eb7', 1795283370134, 'PlayCompleted', 1, 1, 1, '{"phase":"in flow","node":"menu","commands":[[3,"Recognize"]],"notes":[]}', '\x08801bdc20661e13090c67cefac1b8e52a780030aeb77b0a39ce602208f91a60e9fa95d885e937a33ca563b4667461c7e170a2bd2bcb029c25869cf56d035f39ebf8c9530a998e1a558d1bf0caba8fb959fe2524bb5dde56b413f308b7cff99b2247b510eb00a906da60d028f5998cba7631d867f6c1639c225c9b0e735bfc769b6733e3a7a4969b91918487076af47502463f89ffdf7ede59f62269e18283647e508cf12a59651683366baa771aa7cb00b4a4b748ef850b2a9aa682102277c51d8e03325d377e18c43617472d1f2cda4588f7c3c7eeeaf52af4b1df5014c7133bb200be18044880b57d1be805a8d34ed28ec32a248a09cd603d53b9725e9696c1858af759a61b1a10db1bc10412c7cd4273dae69bb59c28abe1273c94e5d8759b5c70d99ed5bb593d10de7604d031ebfcc4dfe6b20c4854ce761a7128b8d815f2a0004f5e2985c8d020aac94cbf5c6f5b2f3a0b2a758228382b6bcd0581c095dc267ed08bdfcd534cc97855d65431558bf876d9e595556684cd3ac069fb18243817ce7e9d494ff06228508a2d0372dc53b1a08c9d899c000890ed7be45074c67393f148478ce1c9f8570d81c998d5151333ec8795e549be380880ac442c52b2df14ea39c70666ca2de6ffe4ff5963f3935d44d74b972cda5c561977f385b4f4c1887e57dc452ee346e580c320926fe46ed18559e022b72a67023c81dc34ee2be9c202cbba9d7b7697e06fb0f33e0636683a1141906dc06e71dac8dba9f38c49cc17c6cf64ddef3cc19f2066861d9e3f2f7307dc1159044ef113a6d38d1c285ccf950b305f337d50349ef10d2ced94f5cf847d5c636f81501359ce75d7f896c098d7aeed3f54943439f778cc6274d1618d985da79ffbfd76cfc3645a4ba67c65f28165361c22648012f680ad6fbcdaab6db0c883727b503fa0edb4b1e9c57fb9c72b3f833ef8cb49eb924d8d785649510431b7b85c016a1266fb4197c5269a83ee793d085f856eaf5a9ce13ccb1e5e0f5d2799e5c568e155200edca63cfca24e13c3ba7ebc21f80d77c0cb57bc9566b1e17a49dd98736a37144d5ae7fe73b8c9947a2fb00709930e87ec26628cd04bb05755f5048100787be1726bcd07afad621ad173170fb6b73e9d0690fb4225695bc127b01e3a690de2d905932b9d78b065c7a9f055fc70870f226c4cac32f2e987ba5a1816dc02445845fa5a60cb84abb6c76d3ad6a5c59f82407545577f0a892d3769b5e939726464b38a5445bf5811762f536068fd9058c7a0d5257253e4acd7d336de6ab7f754ea8dba9bc760711dcc82914dc00e5de0edc82c553f7f2ecf871f9d796c02d4acc659033430c1ecca62e1818ee607ccab00cdbecd6942acbd5ed733c1e724e94baebbd7d344aa61c932a46a49bfb71fd3e89321885a4e41bf163deba335b1e39af4fca116ee923888d5e13fd57874baa63a1a77820617fbfc7c4688023495f9f10e6754d538af1bdf991f15667375ca262ea5c5fed404360bbc8799423124f43f0c0948b3b7ed7eb4ce5edf49eebe5254b5703fd8612c713d109e92b7689abcb127e788bdd06141d81d1f1caf29d6facd5c0826946641362555c326e153058f8dba6cd8edf69236a260b1ace20cc100c2ff96beadf62081fca3bbfe6844a6f320022ca1266abfca80a6e95bbc4b1555639d14859801447c94e07834fcdf53fdda96cb449db499a5f689f410d12464f5301af7d405657073ffe9d2827ddaf8319a22a2a4b01717d58eb55f330b74680494a099e349172b4f37a7e095daabde3f06e89eef8eb95110d2aa9f918412ea93a1f79ccaa871d370e70bc6b2ea25be8a8b1b34da0ad499a6325731ad742a5e42d5a37ecabeba87bad086a77b9229ec092abd2810fd0e1b407bdb85948ddb21e8b475eb93a2ecb850280b8bf2bc074d996ed77a3243ccf196e8e92ef20e4c95b47008813c814fa1793af7701a0a7d8603a828baf01e72de155596e1c5e08fea32d9558d2dd9683fb443dab539b86f64e64dd46ec52c339fcbd7ac9cfcc6323ec6628bf013754c970bd6b314746a07d340353460e30074c8d21bc1e6d7cf');
INSERT INTO ledger_of_then.journal VALUES (1, 9, '\x11efe861e031671f80ba0850bc9684ef', 1795283370147, 'Settled', 1, 1, 1, '{"phase":"in flow","node":"menu","commands":[],"notes":[]}', '\xbfd4a0b1a306fc7ab7ca3080d622b0147f013d9a14ee1ac913da6f08ff009d2b45ab8b48489237221858da70b779c49955a573b28f1d7d48a7b31a0becc4e1492ff658ca72bca94acb4ded0f890bb9cb46e92d07fb2da3efad086fe0920beb6febd743e1e808f6bc867fa32234b64b689506fce91273df175f4119c3caadedcce2d01a66baf09970c04c8517eb2837203d2b7354b03a4445ee8acf0d25093715510a3aab136ef5d879f2bab364c47e3f0f1194d7fa881c749addeeb43281ac63a0');
INSERT INTO ledger_of_then.journal VALUES (1, 10, '\x1ec9abf860f2201615eb866a22656d47', 1795283370148, 'PlayStarted', 1, 1, 1, '{"phase":"in flow","node":"menu","commands":[],"notes":[]}', '\xcb2b1a291fd34e485a765cb4ec93e95019631524d5bce560204735a97290a02ff704fdbe9aa92e8ea5e0a5ada51b7edab8aeb7038392da204796a43f66ae88e5f7ac2dff3951e6f7e4bbe119810edc71cdcf719c5d29acd01dd8ffd92967df67959b00c10a39cee172d044084e767ec0294bdd460ffcd666f95ff4fa1365e3a74556f2ef09e6bddb66d2f656a0c131ed665309811c240b32fbf3620760f4f43981c579e6efa68b884a6abd34bcc8e03da6eee90bde972c79a1c0bf741c7bd1be6fdd34e090d0b0351e0c3a32352b273ef903074b1b11569ac45159328120fb6fc695497ede85173df5bea9675468ced55dfdfd230dce7761f2ccd1f262ab91747d94224dfd3180e7deddbc6d0ef5b52967a85887809aa56d4a456fdb6ef666b840eb4b42b98ce727d7d6884f39b87c3ec18d437dbe2bcdb9e294467e5fce1657defb94e4cc02488ad34ba9697f92e3c64a310f9b52f8a2c1c3f1df07dccf3ef5edae2d6544037929c04417ec80fcca10338b2e03a79637bc17ca2a6ea74159f0b77db905a629ce92d5802849d25c510c00936399c9ec2aef7439704699196e3fa720c1645710575aa2cbd57969ff15125f51f9ac17521001051a004f5ff2586e79f0a9e1a992c8b64004252e46b4d2b7d710d07c29994420874c8876832fa4d7da0af4c7fc87ae6ef454275e826bb299853e93e12006ea60f324e7c1cfef876a55dc853cadb9e2a8b826b36d85c7f2af4bd2f561e3d6f39586df22367bb260adc368b66e9c024b3f4af69f6c4deba1662bc56647aa57f867e8c59a5e16b8429a81d2a6425e7e897b01d1b179d45ed532d0a44ec07e5b2e9b2d4a1ee4e938a73289776a26279a671213ae16a91813db76e04b83309b20c7e288b94351169f0468cfb457f7c0fffb88406d7d960bf79410e9c35fab61096d28ef8249f73fb54d1547e12c76b1a301151b27d4b9494813a9e9ea113e035b2565315da5b2f509a5d5b3af21c7873ae4020b9ba3361a331de23a3ab091d681c6b4204a5eb816181626235f7d478efb76556dcf1cd44648033754db45a09307075ef5f7b60c1912ad4300580457f0b8fd4a644aef4236bcec30c5218309086525edd341134c691aa64d2f1b3958f09248e6a42b541f7bcbf8bf5814196c07315e2b144d69a79bc50849cb3d48fbce2bc60d21e1f83a0241c15dbf747b83f517b1b1cbbaeaf88215e50ba5e1a373');
INSERT INTO ledger_of_then.journal VALUES (1, 11, '\x765a2787e17357e094dcd13b75b5aef3', 1795283370154, 'RecognizeCompleted', 1, 1, 1, '{"phase":"waiting","node":"people","commands":[[4,"Seek"],[5,"Play"]],"notes":["the caller chose person"]}', '\x89dafba8c5091fbbcda95d5e2c94da5e0cadba75dc22d928b0822ddf05523ea7110df5ed3ed536c928e855c24d21b7d6000c754f3102d2c8ac5fb66faa8872847503d536559b95655e8389de728202085b84e969c905c3d652252bcbf18493842207a45361b11f574a40d2130ab0ced9181b9c85f1dda0717a587d1afb64445805b49953e31ff32ca0e1e86032a84b99040045aef4694d645984836228b2d3e27dc6b5fbd4e454e9c0029eeadf238f9b2ab12241f006587f39261c71700ecb1497e660d02d84dc7d9f04a928a4f4762845281ef91941f373adb8f9a0caf931f830b42880f327f4feb235cf011a447b4055ea3c62d70f9ed3c9c644d4bdb8d71950ce812816fc7d8ca20e7411d85caa54917f450fc47fdac551509faef12bee921dbb308f645450d83812ee9918872d5159cf15886e82357e19db1f8a57c6b9c9b1e37cfcee00756c943c4427722b938bcf076a37a8c952b26e80e997f21c2e976bdd7aa60e180c3ab3875f7aaf87fbff2ecf2f05f4fda9bf58def1ec76dfe560626625b48e80facdba5773bebac86011fe1fbd8d58038fca81f7a9fbcb1192b731e27dd7ac254475947266d9f454cc55a4f84af578bcb02f72878d8864e2fb4c047ef30dc86069852a7a8aed66211c9dc9a3921bddd2115a2fae82e23f707ffbf39b28e31ba1bcd779a786868a968d090a4a52babfef1745cc2485f47cbe6e1f08f32f898c0220cc641528d098d5f126e7f46f18ad2fb0fbde9c272a0b6cfc6919eae5140f93e50376bb3694ba2026eaa8f30911b911cdd929df8b9985fa8ba83476d733d345f01ee096ae97b1c3b59fafbc49c4120f8da4c41f64c6f5d1d3a765a8403e35d96c775851df8ce6a7c809ddd8841ac7ff032486913725619116bda1ec249d00c1318c481c42aabc0898730f2cab6b080c508d427fabf7970cf102570fc003b3a64097cf83edfd805fe01ea357fd89694c0426dde2ab5b54bc74c29d01b7ee6e6605c21c68a5c67be4002a9104f0e1c791ce4de54878c9801feba6b09f586e6f0a7e9690f62c700008e20a19837ca4f927fc30aa2db0cfbb1bc0f19cae42da0f69a288c6c4a2a191fbb73cd45bee85b98ccdc6452c2ed72ef5b0464d0c1895a55b3001c988b1a574b02c4db9ec512043785a9b066c12cd8c4ba4b53a5939f1d5d753d903c1c2aec2af02eb37e4927d9d35253bb36c2f6fa3088fdb949e980ba177f94ad1ffa786c04aad1b1f4e5c967b3c9cea7eafba9405cd41008b6dee99d275a6d2dedf70620831ef0d246cbcae7215e6c3f37273882227d56646852dc4fe430f82e0e1fb8e8e7bcde97687938dc5ab050aa3d740a49f4b07247e3c335b209aa0306740fd0c4d3a156b177f397800f06bdd7d6fb450b0310e5e5414cf52177bf2644ff8405dcf95dcf48f61571bc746fa9cf2929b6f405d9a2d45c40b17ee947b24953f0580e5ea984a0fd0c7c1d703bec86c20e794258b21a7a07ed263b811d85d0249249fe3313178185704a5d14de72d7191d55e7077f20ef2b05d9c16530ea02099cc8db8e78221e95c8c0ffcf3582160e9facfb7428ffaf4b7ee203da596cff90275c52c88f418b9886411abb971d1e3a16af84d4790f042f3a1bdf8d5fcba5360d4633b71afd4e1d686e859278a93dada4d34860f4ac2cd9f653f7a6fea313259693e95523670b7cc3d32c77c593258bbe879d549e2c65fb341f1ec0c6476baec4280852ff945c16cebd34814939667d59f428b532c7c65bc82e01ef594e0ee69adda072a52657a9ed279f3c499efaa9c91a3aff33d5cfcf4fdd238066ad4eb63d6e874378405aa62ca746a5cb2c59ee57a8073b9d55491160981f15434e63d2e54310a7ad6d7031c4c153d15ef49eeefe384004931ba6ef1c6f2bf82f50ba1c33d349eaf58fd');
INSERT INTO ledger_of_then.journal VALUES (1, 13, '\x863c16a5e6d3a4d6e65ba3ac666a5f2a', 1795283370162, 'PlayStarted', 1, 1, 1, '{"phase":"waiting","node":"people","commands":[],"notes":[]}', '\x19c1cad3e8fbc832dab9514896fa68a84ae50c442aa30e78e5d821a3963e94bc337286aa292b298f627fc3cf438a0e809a75ef15a1e73ff66244c4bdac1af17ffbf43efb16c9478cb46c7aab424648a21cbd2eeadffddb8038fa155f4607b30287ae5957af3ef57ed1d35f968972d292e92647f91d703c4213777340c14f2406d431617cd34a5c5074ef466c0eb2719327a80d5c35e4cc5bf50004175ca40dc90515fe50bb8804ecd9690e48531bded0c7dc046adcfaa1f326274ab5bd68c48274fad8e81310cba90ab58d0c011f8d30f89ce2a9812185cece583dd2f0676760fd02188c76eb5566d3e596f13f3586d0b31eaf65091f779205997d6a649aae9197c75d4fd0e7ce1163a3fdf5c59c42b2cfe29430494bcf497fe7a35a8c9c9990a95406d00a78426ceaa1f4cf169952105fcfb8c9c1ab0e5dd8b410d3e9c14c88bc944e04b04bbd097553d931e1c998a4e08c6a54cfa8de16a83c544ec4428fd0328440f226ef93b4208e75c15825071fa569fd3be50cfbba00f3ee37910494a96b60c093a4383b898e197a27f7490395869cd5ebf9e789c8c8b1a9df761cbedfa468d65e7169bbc5a805871b9f558b4569f98b316367bdeb1b1b7962f2148d419a830126f6704b7371ab31820a22fff37f6fe44e4c064eb334731992d483b2d97af5bc865e1579f8633134d446818d4f24895ad7c1fcc24696a82f78c46bc32ce0ed4fc6995b577a544b6959af38eb5969a25adcad868b3863c49f48ef056c1412d1b8681db64d2b572afccb37780a9b9bf82be365ede50a0b038909adfbf1275d3143bfaf081f68efa0834996284252572140c8c76d550365921330aab7bfdf53d20178b12bf6bd0ee5a8e8626c6470dee9c7628d8ecf6ca69786a0cb5f6e50da7972d38383e8e6d78fef4cc26ca0b6180762096b69eca88bc53a1c47941d3a1872d304537ea2a6964094b52f7f45c9751704de170a9b70653ce688c041bde94ddaf76743282b2d295102bfd57e2833cd8820d9bc18eb886cc24a24003141ee46bd1befc0071869b933f6f0f6849af90ecf32e30f4d14cca4a4bcaa3ba6119b13a5804f9101baf5684af5770d1b40d98c70fcb7eb4bd35081276d3d8e17375e5567a58fa7652fa9c64c7243a7c43571b91e445e738eb72dcdb14b650970cae9b23afbf52425f211f77ca9c9c79153c21d3d3cb291346f874c0ddabe68fc739be0bdc2c4');
INSERT INTO ledger_of_then.journal VALUES (1, 18, '\x17baa29b22e31cd1912aad7f3ec9af7e', 1795283370906, 'PlayCompleted', 1, 1, 1, '{"phase":"talking","node":"people","commands":[[8,"StartRecording"]],"notes":[]}', '\x7f2c4fe94d1b419f9571d90a054d91312baaad48eb9ccb7eb2e00887c0c7faaa4268a2c5d661e7eda2ac3fdaa0c97c67046114dd35fa73f301c692fe3d7de4ed0a4ee52effcd3e1c966e7a30b545a092c240c584e3dd07e9384ed65226652f7086bd26e903148e8740ddf801e5ce0bec982edc54c724d27bd26305eba403a8765b709cb92d8e4766ffa3b1a91dfc148b2b5d5179ca29304c11d16077fcb1cda1c152ab861a2894fb2e18989f896453315de1be55432b2f222749a6e3c4e5dbd1a6860b3704d7e56c60376d5560276399ca29a77cee94ecc84bf542b8a5cb7865a5fbf77d263614b4091296830ee96109ac258161b2406fd72984cbc6486af6bd4f57d984067f516e10c01c5db89d5a46df8e8006bcabd2c2600f7f290d1c4da0694918352819043f43203329437846ae0c53c170f38f2c0d857db4552574aead8e2d7cc591d7ec118585008cf85e67c1c0c4c8926ee769882cde76aed61e03fdc246808ab3c286ba00797f9e6c3a0ba731b9042f6f292fbfcaccab5d3de253f8a1dc6604d9b92b2b7664b4979c0f9f97f068ed1da240d572253b2d76de5c8e37e0f40dfff41214625fe9618c0cc607aaa61fa29d0daa0592cc4bbf6a27e6b3a1dc9a7d21b4688f3fc42bc4a0e80aa630c36d36f85fb16e38ccf27523388cffe9be1af5bd9b33c797b3c167f02dde524c25f7827eb19edd4bd307def382dc6d46a157cd4aed4b3223553cece67cb440db6d84146e902f77e61f0efc0c31b0987ead4f6e0794190050b5250ae2dc20940a6e3b69251c8eb3a0cf2223e560647cfba00554dcb0b052ae763b88cfcd5df6893e139794b0cf7b18301ae51cec155f0a51f50c38375f0911dd8c591562d409961601f753201f653e3c1a0327d9c49332b62a200eb2bdefd300f9397e71614936700ee8b272e1a5f9456ed7479609861a03f649a7f44dfd032a5f2aeba60a6e5e15e406161c30a6c4268bc942c0fcc5cbcd31fff7b8c4936e4f9f727b8dcf6e8c90868c032b3aab402b017a9fe51f2791bacb9e3aea68ee319d8c33d290488e716b3cecb030b2525fc09c34938bec63c9cef1dc679ac2af4f276fae6268f9d54a5ff89469da6e82dec09bb65d9e85751fd4d0bcb050baece48f77f589bb08b997b92f8f639c9d5ca9dc8be32aad4beff6305350fd735e796d0d50459f77c8b0c87a00be8fa8d049c3573fd2f69e009f2f3660d912785e27f5d3d92ef0131b2c3ef62ded72e41752fc32692fd40aa16da1bb96b43f5ccabe43072813477d4551cbc1dfd7007b917e06ce15524bc1b2aa946d6ebab7213f08c8e6c13d524a924933da146dd4dbb0c782f5e2');
INSERT INTO ledger_of_then.journal VALUES (1, 22, '\x3d7ee7821500a1ac00dc6ff908c1d202', 1795283370933, 'Settled', 1, 1, 1, '{"phase":"ending","node":null,"commands":[],"notes":[]}', '\x1d8e4f160fcb726695270984d2e0f3e7562e022c8055997f42809f6b6328dab397cf572089da1d417f2ffaf48b1a29d61ed736d6a12761e98a7295356394f8bb57c411f24cf821dbdfb2e226e8b141a6f56d424bd1015415a2509428490165f0dde6e38c7bf96afde0938b3be00cff4733393a9c5c2eaddd38402ad5ebcb3cccfccc1e42fdc084216646f524d597908ae13aa19dd4a539972930530c154795722db9bcb38944b52f7a7454d915c5014b70d52af067582f63671053dc9bc360b7b2');
INSERT INTO ledger_of_then.journal VALUES (2, 3, '\x507553712a8df61d68a5ede477913202', 1795283371096, 'Settled', 1, 1, 1, '{"phase":"answering","node":"greeting","commands":[],"notes":[]}', '\x260145c1142a647b4353d5fdaf34e2950af8f54187ac57d7daf5e6f8af6a1632187a817bbbd950bfd8243c6b3b4f3ac9a2bbb042d4f11edfacb45aeec22766be85c53f89eb8297f3dad16b967d35c665bb41ac9b9b631cc8588206f180a46a75cead04626519c1d1503aa3bae8ddb497960a1d6fde3643b7f5f10972b08248f53accb9081495a52b8fadbe01de0cb06dc76f920388b91f7ff806578c3fc63643b55aadbe417066adcf2e2e69266e79dbbb8e580906527f40d1ae293d882d95f72d973fb4af8743d6cc8c32c7eb4b984f58e33b9d1caeecbd6f8210b5290ff11ccea471229ab3ce96d96dd807a927307b966b877d9e38130bb807d3740c19173515b2ac79badf7a58ae6c21463bab6f2a17790b3315a11d7ee4c9e426f8df5566291fceea5c6f924b24e52567c69be4ac12c1884ed0f6eea71fffa334c88c2974e58cfded7a600636a80854900a0a80f6a1a92ad9f103badf7cb1b1930f2b71b0ce7682287d152ed4be6b8094625a59851b5a085967137cc21103534c0795103e1c621e1c84b77476ae2d68534e18c0d47a509cd257c84cd392');
INSERT INTO ledger_of_then.journal VALUES (2, 7, '\xd34e17c7ac6837e9e011a3c5bc1d6aea', 1795283371145, 'PlayStarted', 1, 1, 1, '{"phase":"in flow","node":"greeting","commands":[],"notes":[]}', '\xa15b80d15e32ac4eb7436bcc8044551d116949338721f0d8af51e8c0e8b588f97a98123cf3ab921cb152bb57872a6c3e7de128f4a02be7764fa0d195c9ddec2615cae721c964526bf2aa5817c3e36f979ef80cbab027e8959681b37d6bba37ae0b74daade89b89caffd1620104b6dceeac1081620c8c2c4fa4564dec33520c4db4c7f5a8bdefbbce74e827ac158c21f5d140142674c0779291c071e4514a5fff7d1833733b56fa2949719ed5a3ebb1a348636d79d5c881e98aaa1e3c3e6a1a552b8ded18d5979e73ec89f717798223539cb5747d02c97e5f12c051e4daa34a917ccdeb16d5c36c2f190ef167bd92e959cfb4671fc7cd2ecebe77e9f9accc57dc624f0057be3c470c35fa27b7ba53b724c46443ebc48181e31570f57d1cfd7ab5dcfb844b047cf618c23b73954a73ef7f8cc5988097b25d1321bea0f8f15c9ba5d2be0f86883ac691fe4a9a4dc426ae4b46b0d4cf6da4f83f16ca1991fb6917b38ea95630f1e4c1f42be91fce474c5827d3b667423942bf60a5eacad0ffca8d571667f028a9cf464f67d03a38cfbe614f7c814294133cf9d3a1e1e1402f7393662f22066b92a08365487d97555c56762b18e3926fb3aaef10382cd6047c21155c2fc8d93c76c081e7a7624bd1d8d10109ad5eb28d77fa637a6926f2397291115df8747e7a5c56d9faea8d7241e0f45123027c0ad0040fca421f223d528d5b4161a7c8953e3e69247235aadac4e4f8c5754071c6ccf1eead00e84f0356c1839b124603c5557efcd2bd0f177787eef70eea9b8874be7f08fbfebc92541acf55f2935cd11479817567052bd5508252b87456f72acf6e7c9f4b8ebeed755db9456265788c172ef69b77261fe4f4deec2cf99be8f9b27f8fd40c2a9794211a7a5245a5f4a488bcf90d56994bece6a114126ef2cd8dd3d0d0bb5e5acdb60b8850515d2a6d77182c3ffafbd3f0831c9561c2152ea54441c8db2051f8bae4c442728a2ba4e4facec73a251085b918a7ff429283c56e4b9060365be239cb2613f9efc61bc94f47a66f952558a0687a3375ed77d396426aa350cfaa2cd26401c94789536c6fdec0eae50a7248d922f7a53a21d2ffd3f450e6e7114d87084a7441b203e250cdd3c7211721a319b5eefeeb925d95d3f9a7dfb3e87b610a55164a1b493b9c3eed51576796cb2422a3b94688acaaa6188924e384238618cc6fd2bfbde9dd36b707f25cc774');
INSERT INTO ledger_of_then.journal VALUES (1, 12, '\xd02e947583920a094d87a332665ffe02', 1795283370160, 'Settled', 1, 1, 1, '{"phase":"waiting","node":"people","commands":[],"notes":[]}', '\x7a9bdd66ab41ea8e392942b88d3e01e50fc837b0dafa6102477f537c185a08bee38ef23e83be3cee8889d2e0ef8a42eec950b563df0565d67f888ba2b78121cd277aa730845bc2fd1d52df51df027540acb5a3258bc39a32abd47e48b2a96b7099c6bdbb358e956c5489e99892f7ad3464948a6955547c947435223044f7fb630dc2a73d3f5e64b9ecbef568656630cce184bfdf4c73fa50907a599a3cd4d86059fda1876e49963f0dd0d5dac351d75b1285e6e52cbe3d2a5c35f99ea9869114ad');
INSERT INTO ledger_of_then.journal VALUES (1, 17, '\x7d8e90224801cf5760ef0ce0912ffe95', 1795283370185, 'ParticipantsUpdated', 1, 1, 1, '{"phase":"talking","node":"people","commands":[],"notes":[]}', '\x0391da5dea1aedda04ffe9eaad7fb437049c5f247a7533e848f4905e6789e70f641cabfb31ad61987a15dfa0b6dd2a9f7ff63a0ddb7e080fa070fe542f5df84716468ce7ee43686ea05ff6bd556975e0d6667fd3a7c394fa9e80ad850860c877d42908312eba2d956e099977f74448e48f7a3ffa4265c39de0da4543909b4dae4ced0b84ace6b31c83933d9703455dd9fdea7e97ee942dfe192d01e77b8b06458f33377613649056a0e70eb6efdabdf95c7d301b5c27e9921a3ae35e5e40fc1425e0ebf90f4be1cd6bb096df10a729d4ad3f44c844b1957655e78949f4a824479cd2d5e091444db88c26aac2d446ae86f4645a9ea2a1f351343a953881cd90d342034a79e14e62904a638ff4f158712a33e5f7930bbaf43f77ee00e3c8b34f443ff8b9dc5df9d6f6b01da288622787a6b714198a82b34a603b7ade1f417941d3a154cd23811afd8d3db2ae82b951916b3cabdcd977c2879c4d9e5367263070f2d5fe3ea9ad39c07b3457c26199e7fe0c706dd9cd2f90e08e9549d09b486c66b478dcd8cefdacf3f1ff2b8abb26c8ee42cefacf8cc08a0edc1892d7ecc431498d2be628ac8b2555a52b927f6f86b836dd793c9e7bcbff1d55ca9572960f688ac0d5172b622d74a0d1afeb454426350da7b01f93457ce888594fb6c70cc8c7ea3c3d946a6e63bab9460c6d2d236e31d0a74b36d8e8c526aa4ccf46dbd91314b5f20edb6a49ef6af8c304789cba979871333dee923ade63fae6500921a13c820d31a0205248dd8859b1031aac9891552f3456a21cf2f0bdf67970132b8266dedff40a072d49bd97209ed4037b8f0850ec43b3d47b7592a892e4d3362c915b7039edd44e8324bb9127f888bb8bf152e69ec9e83c9ac56f9d7a8f683601ddb70f282886ecf9cebf7e6ae47517d744049902e94b38f7b5004cc58735b6ad53c003fff68157a56e8f06ca0b8265fa32e6dcd2a77c9b5515efb2655f56f91b88b7c09fb69f13dc8a90af4ca42d74a2a595ae1cf9a4e02a8acf300201c9b369cb539d507967b995c32f380509df14feca392e8a6cffaf57642a3a774db6dcad01216f83a63e92de4b8617db73d21c3b3596b33358c163e78c80df70280e1a9db01efc7f86939eb0248df94d4d78b845617f6bf0fa17d34c370283d68f0e0f60aefcbe89e59010855aed943ae3a90687bbc0530fc8515255f839986964dd478e499b6441325c7eed2c056aeaa0dd261277f213c67fedc692d1afa82aef1233d04491407ba94da22ca42dc66d63f1903a31f92d3e717b5c86d309a89957ff086146ed168084fa71f542c669e2c60b23cfe53b12dd031b6a87d843509646caf3f67f029885a1402614df6e822532fccc041eb2a72ca3e9f16c626d90e9df46e8a61e9029853c99d425672e17e01ca89a09fc6796566660c01420e1b8fbd57d6b954751c8eb9042cff2194209935cfbfc9dbd4a49e6f6efdc05d30f650aab8c9bb9e577fdcd4aa6ac04ab3838fcf59099b224e8d96daae8df4487bc02f3d93043271651e2077954e276ef2150d92b3cdbf40edcc5c097794b3ce5dd097020e8eecaa3f2aada6dc19c785c8953e7c20e22e982eeac768229bb6057abe3b94621881f407aa42a0c2689233cdad7e068af037e2a71888c2ce602b686516af5547be1224afcc29c4e3aefbb5766db8d1d499cbe9182f488ce3284979cf07accee27fcf49494bf756989d9c743c1c23a8ee4');
INSERT INTO ledger_of_then.journal VALUES (1, 21, '\x31e2fb36d62f06b62ea0413f1add2915', 1795283370925, 'ParticipantsUpdated', 1, 1, 1, '{"phase":"ending","node":null,"commands":[[9,"Terminate"]],"notes":["the caller has left"]}', '\xb8adcb522f9e529371f6b8b5dcc02bbef87076fdc2e7b2c2d5fd56df82c8911342197e947a8d2d3569d76cca66c213ccd1a83d1e6f27bc8417ad28b4bdfbc500c20f8bd396947211457033e27b3c316cf986964c03441d55670c8dea518e27dce49275e6eb037b275401e1de724eac50113a0ffb44f920a339904ec7b34af9cecf966e74e7d584700f9edaa2f8f259c0d1bef25b47d93892938bb6f8d8822d4b5a2e7b6885a40d727b0ba8e2f98f212749b7f35be23b783d8fda4ecf245ee400f778227284acc8b7811cad4c70549fd49fd399e171ea2b7cc18755d7904f4e199a1e538910a83692d7be2deb16e32e5b3202dbd81dbfcf15f812a3654e3f0a39e989791f083aa7c7842393f5b7cb6ccce44764307a4f6e80a7b6d79fd8329a3bb11ba9ff99a6680995718aa3dddb8b6fe658605ee93f77b21205d911a1babdf7961d9bac779951fe946e7a241e0e64880555ad9ad0863f48572491bebb98fd8b30c681514498d0f991a2a2b9472f91749aa83f08a2e000f155e7a395e4c4c281987dec8b9b32ef01e4a9e7ae02c47dfc9d83bb9e2883ba6a9167d71d23fab6dac76732a23e768e0f161718a5e0a9dff74bd69ce2c97e5ae1220c175a8e4d2eecfde7dec256b0ee1c9979cfb46c9735e9a7a579cfcb11606390805511482a75e44f2be4d6a3f26c165f7de67d3c92b3ca318fcac4b4af4933dee97a8a7d21dea2d0a277331dfa8b7501a9c75a395b5ad43f6016c7d5b737d702671165c6c90b94cc717ddd15f4c25faa756ef83124267b509c1a96c81c0c6c8b920f32f9e0e730318d2f91bc5ce39b92be8f271a3fe20467d5e7a6f6600ff20df4d477001c5a7a512d0b996ce8e7c5040c4af1ded97c48e5bd496478f3a0cffffc0fabfd61eaa0142e43760231716aa71cfaff2ed86272a5129f7db7a14a81ec9ba4168228faf1e362a96abafdba40e17adeeddabc2fdfe46eb46494a36a5381ba81439b18dc157c8b78021d6faa7538c5ff7c2a08fa114b3362fda7b7312eb45b0a5bc5600a70910e1dfb560ab408698e25bddedea4cfda50b028fca3cf42e23cfb539efa3ab2a0c987c107a3ce65c8fdac54dbe4bbcfbcee609e04da2b4dd5a2883d79815be7f8fd34b4aaa104e95877cc760e8a475fd261174bc18930a013b173fc477172dc2a0f9a2676a992610ca95b006caa89c9a1d0aae4f6c95aa34dee0d27480e62a6ab48ec50d28b4b2945fd8309a84e0ca99a21e5188cfe81139172ee9dac61cc399317970e106cf88071404811145886e5671f606b968f927f94d33501cb37ea4a0c7b0a9a9d350c3df87e14497a0e3435df7787c84ed51c6a113ed08f2485f77d835969e7b6e24f66b65c12172d920933ddbc34ce3da870b16c6b58c6bff7cd75b9f799a82d8f337942455a9ea2e53ff39011aaaef17607299dd6aff0c274b96f96bc225377b738d44c02984c690412dbf1b81daf811b6e7196c21327398c11d1cf65e55e7bd2444e9c9acf0a97f4ebf8064074617c90010c2dbfde09c168f183e8362bfe28e3c655f84a13416cc3af032970e842d2d12ec1ab9ccc855f0b31657b3501aab1ce203b272d52f3f2afa0b5f3b3f4d64b929f7aa88f6edbb7a6fe42964c529159c3c96de14b');
INSERT INTO ledger_of_then.journal VALUES (2, 1, '\x1ac95802f484a826c78d2f26fe706a7c', 1795283371086, 'IncomingCall', 1, 1, 1, '{"phase":"ringing","node":null,"commands":[],"notes":[]}', '\x7c4598178b0bd95021b86db79b05913d5cf9dd31370ec2d8dc8d40ad81190af58089ee45865a3cf366ae4bad84ab0dac34616cc26bc67b20ac1bd1ef6427b64e9f110a1416b010981ae78b605f1a253c5a869f553c718c3192a1ea25b2e22dae6d5a2f1d0f3b85d9818d19970136afd9f9969f3aeb90a4fd3085037f6933a8277a074a54f629ff82abfbb331fa11d83952261d231df902b0a65dde26d6513161bee8bab733510e8a14cf52a74a68658dd7b72c760fa29af3225ba1948abd50d340d7708dc586c16496aa0e8aafe9eaf40aff0e551197a6bb41518f41802542a12210b0c5dd0906774c6508331abb9460f6536f9a76f1e11cfc9f105884d309d9749f24b387cabfa789d11d505e46f805920a0087a9096124717096ad752421f43615b9af40b38c160c881a742c8771f60d472642262e2ea091a519348f7b9347d5912c55992da400f1bbde0a8a0b2c35e3bac853e993f9683d72bbcf2cd04ed65b19c30944a711fb2c344d81af62820e2614f2309ba39876ef8a4229332b721b223eb772d63f142f097f54c16d9f29898d203ec9ff1cbb34a376ebfe0a97a93b9b709246006a15a15fb8b92d7d4078f48b2b2dd59ff484f89e58c1ea3f39ff5d98049fc86ad5f92e02b887a9566ee8026f4ff971e144bb41acf78953c85f11dcfa1f980af3993aa5d29ae17bb0f81a74c46265495cb64bb8a007ef154b1b1a38f2106a92cabf7ecbe635991fe1739cf5142d947fea3fb594141ccb6840cab3daf40a1da042b6baf8e95af264f692edfaf8f46cf36dc1c8ff27a7e3ce85ac71bd5167fb6a490604c8364dfa79625c263551669ef479c2dcf7f059a755324270c1ecdafa41a1c5f1f80afa167e6ad009a5d07044b3f20d553ad28edd54ddb326ff1d2a344aab0d2acae603e9f2313447ee7cedf0f11c2845b637f262fccd454a9485386690043e514a3d4dac85f5cf339e73b38507d1380dee59a3041b998cc3856feed278b4d3bcd7c3872df6401b8d6020d23b80652dca9f296060d5cd64ba0df6ade0b99a8665b0b4967cdbed79defa1b04600098324284ea2550184db7e64f06407989bfd84be28c19335b5f7522a18b2bd49c71414de02f3b7780676d3a68ca9d7b4b1da916baa8af5c1fbbc41fd39b432c0e1205ac70f19cd910246b7d50a6cd637532702c6e07d4028a4fe93551d89236c693c2f216208e9e3c43e8ba1f914180f23a505d634dc7647453a7baeac8414b74d0f9cd51151d34d47e7a798c5d7480f2b2ea548779258ec150ba5423ea5000d08cf16c7a7b0208b00c97e7f541fc398d1296835dee732ef8f7c7849c37b0147b86c0ea008fb58875813c3f4cf0c1c5251bf88089f22e5ab4a07241c9673e7ed3dcdefd745dade6e9f2e51b86f6460463f8ce424424b263de8543f8a2f504d5a8ed586877ba836a889242303733cd8e674b24ee034f34b93efd208152e54c7695e6a818a99e945b1812fc861d6c83557182569a351ecd385f84f0682aefc4f672494eb56e1a6a70e595d02dca4da53c7d9fcb654a3b7c9024ea87a3f86365e92090156b1c5ab186451216bf41e6af01e70ba3405913e163d7638e7d701d400c42b156b0f7c7feb94115bbdccc4541169cc2ce3ad9bf6f78cf8a0875c4b04890a5d84ccd14c1a334776b3f37d630ec6e5cd329bce77c41b33c102ee8bda41e8213ebad6ed69826ddd9d5dd8587c2eee1e52c7f309ec0ed7b0272be94062b859c345a9dd910f4250f7cb8f6e72093baec1e38133e8628589311757a0f430c116c2294653ef597919e25d042eed01bd69fb19b779531156ab9801454c387a7faf86cda86c284f5df0514f1638cc0416cdaae22c26847fa2fd96ef5f20d646b88c68617d1cbef5f91f889d6b9a041fced7058ff2841ba40923e42ce294198eb63c2b8cc2d467463c3537aaff58a126d0a9e7dff8824992ed4cb4e9bf891081d98638f00d12f097e19c8e35209b054bb8873f2d69391497dd32fe1bde706633d953193382e5a326d57e487da612bf2a7301b58dba2637f554330ee56c0815fa1dd790e8a22d7c3e8b62ee29301af524652620a88394c75a45b05428b943c763335fbdf9f2ca0a3fe8e7831cee069da71faf7f749fbeb8f1b7df269b827339ee0a7913445b75dc96d308470ee2be9c91c86c6f05f34223dfe3eebb4b387310d6e7f222029a2ab5f1d8f94539f089c586e6b2ac9817e623df444540bfea0c8332f0ce586494f35355b6aa5bdb166c74b63cf9f13548e2fbc366bb2e69c1e9f7d315374efb46544c9870cb5bbe934d3b675f561a542fe99e08591c4893bd6d6cc4aa78f945b1e734f725e62aaf2e0bfc98324b510863d9acb07593be210dad93b109112b32aefbec96d17e11d4708c8936db9b8ba3b101ab87e702306d1e8432a7eaf61f80dcddae21b2ebc42be55d762653d284746c3ab7dede17aa0228c32868e1d3fc8182d58af88f89b499aab9487e294a5a382a361d1c556a1b51fcbfbdc8f07edbc05e18aac3ca4ac888a0ff1cd5123bcac5df46306f258ba59c2d43cf2ddb7f923946c4bcf36809df96aabc06b5e3c879c2e6151206b825cc02e9800e5ffe8dc5400fa0d76b5cbbdfa6fd29038797c9424fdb54b6cb20331431384040df3bae8644876fbfbcba0593335e50f001e212b056dda52320682b1736a9428d34014e7d8f38fa2d2a3080e1097bdfd62718e49715a89dc059fd7d74f6f4cd00b10845029fde5f2525c15017c3c9d75c90c37fd308a0e0072d06db070ab0acbb824f8bdd82afda62951369cfc4344297a1208678b439dccd77a85e5f0d7533e710f7a8fb5106d2864b4eed6066c9e4e7feca36a8350a73e06f6291291cc36cbe9a887881268cdf5dc');
INSERT INTO ledger_of_then.journal VALUES (2, 2, NULL, 1795283371086, 'FlowChosen', 1, 1, 1, '{"phase":"answering","node":"greeting","commands":[[1,"Answer"]],"notes":[]}', '\x889ab6bf30d7182b6373b92e17eee054813f23460530d4abccb48a37830918f21b4242838d227c5632ef3c5ca0d1cb53e6e65201ebb689a3306425ef748e50f1fb5f86eebd362b6e4a2b01f022d70c7fa8cb895034accf150153f4826138fc3ad68be95230fc2c7dcc7379faf814e3abc86819958da6ad5fee52ec1837943c3317994a93dce8b99f684e239c96c66dc7ee390e529c4f35af55318325501f5929dd9497bb334379c89244f1b8fd43dc2afd3a8f23eb658829f98d815a434e05605ab2393ab741c35baff7b90b0d46c5131f6afc752f1eea1fc7069e8fe73fe0207d9e91b8a7596d2ea0565fd4156901f5ed794d7c5950f161ed24da59417f5b39dddc5ffbd482142bb641385f32cc39100b7568f70be6e13217410ec06892c2b3dae1220806fd8d41c118820de5df0167a53086caf3cdc861dc4d80baa68858644f32271270fb01edaa2007c046ae9a07eb0cc13cf70f265eacc5817d6e28e434dae1863d8bf769ae2f9514d5b8922117d46a1e2fad6152c64a43fe13024fc15085b143673cdb7fa20960a0613fc7926f21fa1766ec0481aa801021dbaab0c21602e7ba5cffaf9d3d7c726a25c219b5574a564230691b60256c01a0d4e6eced032fbab6344d2957ff82182784158246bbf78c16e8ae405f331c9e2c100b28faa5d43508611f1bb58fc4397ffabf914ef44e1eadbe7bb9acab4db1b4b313cfc88e1aa70d39065eb71edfdb7bcf34ccac67b995af624dae073a056850127f73a1584a2bcab287fee56fb5e831dc4074fd499e71ed74d1fad15e356ab3fd17e96ecbfe6dc4e663501a29e838dba5539c53f31cc78dc8f24cac1a812dfce85e115a2d45d465ba5d530e494b80e94b3470946f1ff77b4be5c4a771b52cffc25ec65b0858f2eed05a363c3d544b6ecfeee9ddd7aef5a8e10f05d6e05c50c8cdcd05ab8b57c3f4a7298b71f164bde53dc9b8d7241704dbeebc1592507eca63663d635e486781f42d1ffffba0da21eb0215930cb9a38dd1c172f3519a1e9db12ed3525e3b2c26ef8dab5516e03511faa5b0224950b85c02fa21a44023c3a09f460d77ea8e79a7abca8b7fe49c3a560ed835ff78a5fd09c0bcfca9685fd1217f4f1b0a7b6d59ea135d57409b59666babbef7a4b00f9843ef195772dcd51e6c7b018d991c42931616dba75676b47b4664c42929ddcd5d4bebb8ed1d7920e298a18d91d1c746811e3f0d670221ed1c6889b21d8c89068f37a2bdea4005d453b9510cda7acbd94823f220314ac48710e6de808f364aea818e475fa137a418aecb04e3fd00949c503507252a4d49a55d447aabd5f3cb85896bf902b5f2473ffa8b5cad6e474a3b33901b65ded2b7220c2a14033bd006b9fae9373583b4277f75aa637389129675e709a2e1586a98bdd481fa360db5e6755345c6315d7a53770335a1c4e6c05d85438e6ae48dcbf83d90d13da1a2d27629887a83ed45cf37d81ff36dbd8ddb9bfd6a845c6ba36d917b2dcccd871597edeaff7241a37948fe6a98ddeb3b6f6dfe3f1494ae9e39e54f3f7835de2b9f67c1d851b61d06c52a32945c29493b38cc65e56c6524cb38078cf8f249beacbb7a1179fbe6b7ca9e2166325fcfbaf380a4f565ff595e6870422dfc7a2ebae34512f28583e6cb1a04519542230c4aa00d34179fec3fe1069402d186618791d0dc136550ce65c8a1c3ededd3cfd4ccd0dcbc1f4da184c7f834d6bcf146d4d36e56aa20fc4def5c5ca795ab339c25a9caa210b8cd4475caeaa07f0f029c33ce75651dfb6f8511e924608f5f4ec07735884a8303e67e4d0b326169428a53535db66025207127031f1b2106a9e15cfb9126b49f36bf6477e4465c3f2dde72ee02181b9300f637317a91ecc03e0da648e404c126768e9008c22efb094e40713208aba8bfaf2e39fe42d0138d9fcbc8f8bc9a39feb6b9cfe7960b8f241c3cfcbb92fc92be95dfa7e29d6402b2c0af0c051004b0bafa270fb3676f23ad6b3e1d97c8d946b2916735b68df3a8384946da37c0a9ff8d5461277e013ce23327dfa13e36dec75e94ab1aa2e7bf84fdc24305257668ebc620311a40e7df7c1d5bb25baf2c218f9a7b3b9ce7aeddfe88cedda8827f6e51e4a5b8f61d2b8ae9ec3a6ff582546d02f7fb7d4e626a40d90535fb05d82f274901c5e4f31d05017d03299f14d3b09b092caab4b4c1d468a30770e6a20bd9f4f53ab44fb809a996c963d01f85c81a1a466065624e61548ac5e6189fbc8c2ef7e0692c62f3ad01d65393937f537d7ce064b0ec72438204cf246a2ae24ed318da6093ced62507de60817768f6df3e5182fc9ec400bec9e8c796a7ca41352db52a0ff00a17ddb121d37269bd5cc9650bfc7fff1e52aeb8281ffd9492418d3da78dbdf061a6fbadc5bafa07d7d18919ff1ea3f7dbc780c8674f94f5d4deb91d4b08a41672887fa10ce0ec45fc1d92f44771b3fcff886901f7255e1e26c751cdaa2e0aebe33a00cf3afd9a5318701124655f3ca0fe8c142a42cec361cc8d3725c2b73ecfc00bf48b107a641f9ffeb4c30058cff6656ade65cecebb7898922f74ae7581b9ba1b7d8179acab6cb79aeb6e891ce2f8d4fd1c1678339aea0687936d07ad27871b97df63701bba19e02a7abc190ec183f1dd74ee35ef01718030d4ac3c435384392ecefb32a4fb82a49c428fc9b27a5dce58851ba811f8072113928b7ce1bf1148271a65');
INSERT INTO ledger_of_then.journal VALUES (2, 6, '\xd45343d9dbbe5a3e9325fcee0ed1f7fb', 1795283371138, 'Settled', 1, 1, 1, '{"phase":"in flow","node":"greeting","commands":[],"notes":[]}', '\x4aa77ea789be4197dc8dc540a880e6e95b746552c6be0477d6c12248ced34d622cccbf44543a4133a57cc003cc315f3b0bbfa96150b9578fabdc88a0d7fa21f5e89a71db1ea4607dfa39b300452db3d51d58bd868078413442e9f096003991d9456a49159c8d8e87091cc057f679ee309d352bb1236a972c2b98d16cd18172d1fed8a740ce82fc011c60fdb5a7eeb0a7d649e2e66d8ed08929d70fb5336796439265250029becb24c2fadf31a45da6af2cc962f984823e075f56b440ce90969027');
INSERT INTO ledger_of_then.journal VALUES (2, 8, '\x455f57e796636e4f631a9b0f65571c39', 1795283371447, 'PlayCompleted', 1, 1, 1, '{"phase":"in flow","node":"menu","commands":[[3,"Recognize"]],"notes":[]}', '\xea1e80f67686f8da0d0de15bdff9154d57463c7624e02d2cf29fdab2580efd68e43a4eeeda0ca2f4c7fcdddb03b6e847d1ce0a314ca40b0f95fcabb6ee5bddd9b2e724dc7a1ae222f32469d722fa192c34dbbc7ba7f037094cc7b03632f1aa9af2a3c06bf8166a76853415ce5df831c020a9e44c2184fc3dccf3cb99c8787b01addf95992492369c9ad63e5971065033c03a4711b733a505199451f564562156980315088b0b09a8830b3548bcc4f8a6fdcc477e78c14b363db8a66e774ef88f9454bef04b0b6eb864717fc58a1d91ce918e978f4596012f7f4245f981e949c544a535cadc49a4bf67b4b8a8a216decca08f65897e4a8049770083fb0e384d06e619403c8cfd8e603ec9ba442970d394d9d1f9de98674de38d8754660b6572de1980a6158521548d458732b5ec8464c369748122051968ad497454186b55b6e13f4b390c296e4d8883254e18019437d9bf2169e2e9aa9407ff82381b168149ca18c994b6e08e4a4a1c7efa188c60e354a784325d0009c30d065301c1b718be7095db9c0e5e37d2a0f27d8aab6ebb51ff6b303b990c3c18bb31519459a1952387a8173f66659f9ad950e87e275b38dd24e85d2c3cb09be766c4afa7bfc2283f629788ac8b4b8678a6215b4970456f43c0450f083bc48e977b35af54dc5fa5156e02f90c8c87e790a65572153c5033bd592a22821f3564045688f5c75ef7a81f85054047efa6fefb7472c884c35c50010bffd95e5df3b0c32393289799a088ee6e98e2d3757122e49ac924cfdc1756ccb5ac3930899720ad4e5200036c78894661b27d4fb12159f13eb08c85099a865bba9664d92ea7da7a36c9b808109e6f8188973a4c5f61c51ceaec8bd4c55bee69c84e2b29aa38ae5345e9b8ba94b793173d8fc383811fd50b47c33bf54cb20850b2a051d7d6c72c14a1f2a87dca00c32e65300a57a0a6d350315c2534a38c25c4ea6e91baae7d05212c5d19fb4e2ec7273f8b679225e4e1f5d3f4269a421f2d68dae29470177c67054e2a1ad683d90a56ad54221545acce5717cc2f8408efbd9362bcf00e07068d634dfab6f8f0307a574f950a5ecb5361560d45c6dc3248468128bb5837a94f1f4ad8d1fef9017e794544f00596a625cea041b645393645377af5c72c6917d9e9b40736956ac500c24c4e52a8a1675b3ea51a9cbe9c5e2477129c5db937d3ec931dad33daaa8d899803606a2fc05fe96c597410ed5b3943ef95e9776f2048829f720c4b4829b6a711c9c229fb5c4ddb4d4b8d52956028a9d2dfa327f4db057a418c3406ad8de98f6a899f60373f00312adbcdc766e4f647db7cb5607ef3ae98c7c59539e9fa26ae06571a9ecc160065d9bdfb78e4abe31382ceee71dea7baa7900acce7b0b1ecf371472c9a464fa60ea04f7c777d5ff872d144272c70577f3b4d986d17914702013eab73aa79ea6ffa66c1384ace7d84203dad1ff489e3ab4e8cb275471c0cff36e284588d6cf37d989fc27f81289bc095b23191e341ddc485b08a33c5675af1c21fa3d9acb6776ab629214dd824f586f3f5c17a84d99e8bcb64324b0b203951a7add71c7eb19b35347c46f2a9d8033a71ff828f21c1cc02f872ee23a795a62113b6f1b53519d9ccdff6dcc7d807cb98bd864cc7fa907d4073b9ef6bb448346fadcb7cec8bc5f478e49361fb0c7097909127a15ca2554ff3cefd353b3089baed592bd438275ac3927aa9eed5037cd0c492bf3032bdbf6b3eeec07dd380334adf516150d8c4c0d91d0aaaf6ea561ab9d547ea771a38af37ad610d50eb88babf8df8b4a269a63579c3cdb13921e0289468eae3eedaf3804c70d80223ab39c301edfd3a0f71c6c13cca2eae51c701e61c370b9e7d6085b247ace2bbefc2773558943e19b8aad071033e6a995f362a02dfae97081b179139233e5a32cc2ff9d6e6f6e2c382db985f4ac98fe3c6a0c3da45dfda0e7ffc79a84cc7d6ec67c38941a9ebd0a3d7fbf4b877ad837cb88c3c39a9d78533aee4728e3d5f6ad81249501cc93e9484a052f15c4fb80496a7533ba166b68cef38eb59c6971d485e1ec498f5f478a8685cc3970e2b');
INSERT INTO ledger_of_then.journal VALUES (1, 14, '\xe2a45afbec6a247cbe7c4dc21c32ebde', 1795283370161, 'Offered', 1, 1, 1, '{"phase":"waiting","node":"people","commands":[[6,"AddParticipant"]],"notes":["Adele Vance: available, no call yet"]}', '\x4b5eba2f184ea2e235f50cc3152f28a9ef196513582aee8ecad511cad671882e22dd5f5bec5e69b9cf018b38fddb35f00f4f6866279eee61605b5d8f465c2fec658506b2b0bba7502d58b65d0422b3a99e51b66a4237e1429af8c56a4b4626d0349cfbdc2607dd3043dd77a34b6caba375ca475d0b904d3a64beb714311227ec2b9996de3359306a822d44853945ca61cb0dcd40dda8aefa3c856581f2e419871b979494f5231d964336b564ec7fc2779b589a9033a7d3a25881990f6900aaf3e83e08d5d7ea91068fffb38220508409a5500c671db4823ad79841a3e3df53b537c6a4664ae632422df7e9bc915d9384c6692ce119111b737db1dbeedcf101f162b362f7ed4c7dd10ed3b48c4ec9dffc5608cc6120af2e2225d4740453f6fdb1fe1ad64e48a12899b36e6782d20fa6cfedb60f54670e37219a7c27583677ca1093b69c2c023e61d864429c720cf7e2ffd9ab4c3d4243e726f466b4607896ac69fd01d47da0e6683121546d66481b39cf48ed86b5d2196b1f6bfbc2f60b38ad913307139de4da8731bebe6ed6999c1aa9660dc6cd079b546c0a9c8edfacc1c04534c0');
INSERT INTO ledger_of_then.journal VALUES (1, 19, '\xfa452c55db393858345b4bce488ce26d', 1795283370920, 'RecordingStateChanged', 1, 1, 1, '{"phase":"talking","node":"people","commands":[],"notes":[]}', '\x61ed59a7e923e45c200aaccde4dfe8d1a2cadfa70f0e3e2837e6a5f5e9bc45e8c364baf60b9fb88aa95db7c8756d99bdfc2de23d2af804cabda3596800959927b756c57355532a99b8260be35199e5b77484f0e45f3da85511362847ae8feb0084f6f5032510894a2c5d40716a75099f3c5fa42da268ce82d14fa0ce56ed15349cf854697f6c1edb586af66eb2657ce902f1b1ae3f192364f354ae9623072140fb685370c36282c09e59235ccc20b3f80428ac9e3741a4bb6bc397ec0c9c5123ed7b3e93049c3d16c29a0af3615c019adf600131cfd73047fb797998e660b3a5632b814f8182082c719e4f93185545b028c0b2bfae88aa8a3f9fe1b218a5f8c65786eee7af0e9a4eb8bebb2fd89c8c84f5e0a0b5d2f4f217646a4531c7e95b14e10ecc926795f5a00e46e5c4ce193c8e8c88b764e23af07396a1cb43af27590e4ecf08659454bd40c658d7496b8e5de5c65125b6d0568b7203953f2020c1229811474a1b603c7876f1f1ac64aca223f4658dba6175b04391d1460e05fc204c5f140e7ba58502551e99b3a1cc7702fc36e8edfe62a06bfdff59258751585ef0cc225056cad97c2cb3f855ad148d5caa73fe9ff2ba8f5b149136f57f7826d41bb62490d1895afd05350c167c27a742db2910cdf083e14570a5731b5ae20f70e27199fbe31d0d0ad1250a67c1e1b12b6c0babf6d028fff4181c1bb453654331502a2511d7f6db54a7418086091926a24a72e39734d16d3fcf9fa029f68ca90f7ae8dd727b3c4ef8620c6f44788ee8878add0b11dbc1f33936ea71379548d46ef0eea4abfdfc4d5d699bc89abc4799b9c2ed87765719ad41cbf709b5005fb5da9d56b1d2556dafeada8a1ee1f9258a5b236c4bff8fbcced9f0e47e2bc773ebf2d0170e53d3fdf3d6d66f5b53d0a37f6079a7ff159c3b049b972020dbaed1302e0a163e93d9ac89626c0e5fc5291b2d98960c410e78df47707cf6dc0632ad9891bcd288cf684468958fa514bf718fbe716fe0ca781b627052b8db042ddc5e6a251d904b7ed288a517bea0410be0a93f360559c1b0383962715ecc7ef19bb0735ce4d05836e39d54b21ef810ea60139b379567a935c22e8938e0d887276a5ca25598c7ea09ccc0faf0a0d465890b6b77652ec6b751747e549256e3033105d6e81e38d3afc0a55e8964faab1b7919857cc2412af71e883b8f7bb3f466b8534df5421f2a4f99e9454bf524a1337866181def5f0ee68e91adf682ab6ff2cc83aad46e52441174b2d64bcee329882d1dbe2f1b954cf4b1d1a2c4b5780014d0c5ff1ee9d203e459c76049c2f7399fe7944b198d9e194e91ea286672c745d524f217fb80ed5a2727e1fb02c426ee44af5efab900e8df02d0ba9550eb1dcd82f8cf4c168c147b732819ca175ac03713a0dc972d5a50c268309566da9f8c4a032f1a55a8f38053156559cc4ef6af4d7527b3156d3bdddb990d4687becaf37804aafa776b4323c7f4c441b0942c6ba0e5a879e6f087fbee8b74bdd47708b488a6685ef4fea403000dbf0d21f6e2c03e52c65288cb9a5728f42fa50b9b2342e9d36995b4d484f6cb0d0513f0ddfc3794786d5e193ab6b7d81ccf73c920aed7e6de1d191fad635303935251337cc6210e3d3fb1e503eea03e1f7c09039ed9c6d3395b03752f1427b1aeca21cc6aaed101c4f11d8ceda61a54c4d363a4bcd665bfbc2a1e4b8bd4fdb5a1757fa4e5fddd422c7796856c44795d977568217bafc4d087c03442580fcad0d49137539dd2b8f2679da07d58c389483e55107b8eb5ffcb479e4a501f5f23f5e48bbaef4b86611440128a66644f9fda245c39e3c3ecbb7a28e8d6f74c349a702b99813d7bdfbe78dd0e963241f443183bb648f5167447');
INSERT INTO ledger_of_then.journal VALUES (1, 23, '\x4243e476495708d944215146e790418d', 1795283370936, 'RecordingStateChanged', 1, 1, 1, '{"phase":"ending","node":null,"commands":[],"notes":[]}', '\x07148c6c2b3cd7c303bbe70e7230ece2f197b435d16cb104765b44bbc792b663f16fb3125978146b4b1aeb24f7428fdf81fd2bc991585def1f5a9131c486a99f1f322f4dfc36b451b8bd041cee1e46dc6f0c5face53b1e72b3a8db8d57fd823a6cf1becc53021aecab805beb76acf1c0d6d1449307279fbdf95284f4cf5f626f413346af317edcf410d5164ef0fd29a8fa73a107b17d02c51e08ff058676f60c0a2ba0eba5a455f0e633b48f7a8d4a44df5599e6737de0d5f1c5bd050b7f31948119fefe06367312ceaa149295402be58b54ffb475487a4a2ad1f2f151b37c564bada36946a61e122b9242795ef9663dec0df01835609b4c0a125c2d3ae19d6d42e8c7362c41c56254ac8b7d8aeb6e74160ab947524d440b364cdb107ae6b44b92c16b3f27edfc6cb7063b7b01af140b112ba651eebf1bafb0aa4b859416bf341c9d34c03fc1b58e3bb64586491ab650ab0d5d844917026bdfe1e83ca3d94684357c9100c6e147fc89e3a5a52cada701282ebd75dd2e4e377ca7330e84cc6423549b911057e0b2765c165844bea8a6b13fef7755d9b19e4d19426f10c22801e1bdf1d4809501b0a719b41e056e3f4674179e7365af6d834b3c0b20daeeab73a44c2d7fb6b11a9f664e76be0abd8945f9cd544b77bc4df16426657e6547779ee7ae6077eeff370d8eeda7963955beff42a42f8f6ab4589408757e190f651d663a86ee60fce250ba827934eece6984320f599d015aa92deeeaa8a9b4164391b2bd1db380d2c5bf1b8de946d125c540e17d93886ef10c985202595ba209e3426f37d184679b8d5c113ab2218dfe12bca9406ba48331922212f8429f6d60811b7b5369d13ebf9657fd0c88d0f13e6b34392bed76968fdfd1851acfb9e281d5d6202466bfc57a534636474d889d2786bca046d762073a3a871ef2409a022dec8c4ea403f3008ca6608226b31e8333fe0422119e419a55fa63e674bb45626c4659f57dd92a7838ef00e2b305fb1dfff2563d62a2ed8908efd159877cc790d06c4024e6b8829fff9674bd428e281f88cc492e4508732fc04a30eff9eb80277f1c4bf377114ed3c804322eec59bab0a83192b3c2543caffb56cc1aa65dedf4d7b8326b1c7e5d14d7a812c39bbacc9cfaa22a3a6b77963a15c256877daaf0ab7fd11b129318aa93fbc8dbe9f848b171b2bdb62dbe60e6f1f6aae20d95fd59b11c9ac985be9b49ddad66e0ae6a66ce247a7dcf6827f799c0da2454738752ca4973b20440d3927c07f7cb59970ce41b4e671df33bbe3b18d46e01da59c9dbdf6252c5cb27dabf8b9037b7964459836d3017a2c5dc05edb9177872c4dd3601cbebd6d5cb2c984625bdbad17ef6eac88c763a51dca3f198a007b4f5630a7170cec8d3b662b440911611a15214f98ab1f0724026897a1ed6767e7d161e6294f8bbb1d678f8af866625f0a3284c434faf1aa3f0ef4e46db406c27fab93ee2d43d5586632a1186f63606c608cff27e0210c168c6f492f555a7e30beb95aefce01ea653d6ae0b9798c5c95964d6d55754c84a6b9fdf5b163bc006939a1691c2d687dbc4794cd9da2feda7f7d03898642186f90786f89d25f0c0e8b903631755564be2605feb1ecef79ab2815d8fa459d415409427cab43e2b227094fb8319ce4190e70ef0ae487fdd9a3e1cbc31cc5fc11708c02a67fe3b119493ae43f7e96f29a94909f520d351c5db9cdea6cb0c462f8dd863eeb72d2e487e2b77ad04c3b4ae5512d6e4dcde31e30994f38ac3a8d012cddeab9748a275ebedcb76bf4f690f384875f31a5385f025149461a184c9cddb7edb77ec9f4fb169259ddd952a1bae2cb32d70be48ff7bf676cf509c6acc9256e6aafb570c0bb8be02375609eda13b4b');
INSERT INTO ledger_of_then.journal VALUES (2, 4, '\x035526a239660c4b78cd52079d080d93', 1795283371119, 'CallConnected', 1, 1, 1, '{"phase":"in flow","node":"greeting","commands":[[2,"Play"]],"notes":[]}', '\xb4406fe201e0740f0809ac922ee8d2cd4430c78171ddf53c12cc1bfe4ab5d051c22342e409a8cc4bbdb19c37cb740e15bedc9eb78974e75e6185ca43057e8f4275ecd91d5ab19683bbc3efb9f274eb20bd32c253567bed626f032ead0beaa1c35a286a2d6e7d4a6ebd8d909c071e4a20df8b2ded3f10d0efcc06888bef69227dd2e1043feab12ab9af4072f6dfb0099043fcd480886fd148efa7c513feffeb8c73436dd951a13872c5db244da0759160c2c0913845545f4c5f2d6c10a7ed9d88c345e23c3a5b5c97967c0d600221af6c250915272c2aff1cf756bf51609850fe7fce3a06c173abe913707dcd07ec5307228f775d8602433a68e70a1b8f3db98fcb11d66a62a506ab90f103a8027a1846d45b4d7826169564fca7f9c566125d395d719ec498020bc345b5604744cde82eea7cf6c672669ed59ec424fc94b2ff318213ba838408886d30382415f20b427073401ea42c6c9ce54582ba3478fd4c96edcd51311485105833fc1a9f7bb7c81a50439581ebaefd7f9df824a997875cb386f56d5e50be29b391c82461a6c57f8293b89656d4acaaf2b9bcd9cee6b4e49b2c9d89154b3130112d605f6408720043f7a94e6a579eae293bcc96936161d8499384c2ede2f284adb9405a3a5f45229bffc3187205d9ec92cc118e7cc334c38f74985d18948978a85679c5edcaec1faa83da6865b2e795a2d78828821bfd25a10db169e7862e05051583dcb0e4e55728e80cdc3cce4070d8260e9e59060b6c125e5b90d9ee1cc0b4b56390f1319bb80b3ff27f243cf1c19f9a7559bd7b211434f93c6243eb96e36280ca98f598961fbbe1648e306c42455cf9044254d21254b1f83c2f13b460c501683385ba914e1f3275864e7c6b870859f0eaa6c49b3e1afc7fec29384ff94a5b38c0b9edc3ab6b5d8266e1974d80e8788843464b1b362bab77b0f993b76a7bd71672467b7afa294d1e8ae9b55d6415c3c10243d250054e92fc8a719d197fd64f69acd715caf5d55e11e9232dbed7d2314264391d668596ddd3e68fc2a6f8da4fca1d2ccd42c7b364e29d77a07a20448004a54ddbca69c58283bde9120339d3e1b3b9ef594ce0021a434ef1b03db2a63430d8bb3f1db6f86bd6c918b5df33701547bb663ea3583560bb1851afdd3f4caf5cb0d3405bb44b1bffadc6b259967a97485b353c0410532bf5299a0bc81b6c181fb869a24de72cc05ebb786e90bae05958f01facb596822ef5817f4f30d1e410654ff72604a4a860175809a5c0d9a6eb26533dda763df9a2e54e47a1bf98fa3d06b7510b36a3b6511ef22e07551c6b0911bf8f1482c2497e3397a23e03215e5eed821a32cfca0af1fa92416860bfd9cc403aa9fd60582a2541964331dfadb39ede739f3e7f681071fc8b1244e2fc97178e543aaf56016da6f64461695f2a75ddbf5875ff6ff83234deb682706616ee5e8fd0f35962f84c19d46d5946ba6fbb3a190af81fe639dfa5d1b5d10fe8ce');
INSERT INTO ledger_of_then.journal VALUES (1, 15, '\x6263e9c6f4b71d4f5db31b7c6dfd36c6', 1795283370177, 'Settled', 1, 1, 1, '{"phase":"waiting","node":"people","commands":[],"notes":[]}', '\xf51217a0ae4b963282a9868fa6ff29022835079d1f41b6b18aaf2635a26c1903e43b5cc5afcaeea8a504cc6d6fc7a8d4fde7d167f92c877d29a9c1ee067e806ceddbd186ff9b1dd4d05b111343b6ae4b8721bc2500ed1e89a18f7b1b5a8940a9ed8fe204dc11d3e51adb523859ce9e5de5e98486b49cf152ab4406316413466b629e6bede4d172eab33000dda7cd7c77a564782b56d2d939d46956435cd6d570934d229477d4ba86e8d30f204f2f670c3fb08ed0c468031418dac6e33a623b59f858457a2eb77e615b823764a8bf3141349a8e79e6ffe625a388b338deb25da125d336');
INSERT INTO ledger_of_then.journal VALUES (1, 16, '\x5051c6cb6a4093b20c51c014d7346f3d', 1795283370177, 'AddParticipantSucceeded', 1, 1, 1, '{"phase":"talking","node":"people","commands":[[7,"LeaveQueue"]],"notes":[]}', '\xdcde465c070e6cd66efe442e4712af38e46b9ea0eb2a94b62c6ca9e0554eb699c11c19a6e3c91da4f1071602a569e513ba4e55f61db75eb53d311213b3090bc0f31c9b896aa186a8dbf2db24af4107c96d26ce293a31abe10a59cabd7cb5945eb91ab39f51eb71afd3fe82d5830b0d0f382ac07f6f7efb9aa6ccd9c7a5040b37d448b191db57a01aef33a6647b37aab2650b867b947936c083817cbb232102a3362dea5c7f5eb1fcb9eb3df862d0e6f7bfae2d490ad06f407efe694f3d5ef7c052c2c99e7cfcd5090998cf0e602e290f9317c15feba4d391d84290e26c42705e852fa30c42c66ad1aae10a3eb3de75d120c5fb282b98d2fa71f900a20d9db0d0a831b6d16590b195478be9485e241d57254246930d7394a73794cc5715957f9c270521114220d7f2da535628ebbe70692b06ea4cc9b01a8c34d0086443d3677239b19720e9009fa457ff30fbabbc5b483b4c5eb39f786b202bd5a60d56849477fc487c10cf2adf0d9638c564bd9d0b760ff973e5e8e5d8b2d6586d7786581c00fff8877ae860f37582cbed516b886ce4691aa58daf925e795b3552e6c3056bad1bda3b1fc35da0c2561149981659fcffef9c3158319d63d53e7ec453e369bc3e6c132ddf359138a6417665d516490317a9de38cc8296f7739da0140ce0f83462920b63b70dbfb5d3bc199f647dbab85ed5060d48aba4bb1de9aed8b98a3457003837aea6484b3fa442c61b137c070261a3c24adecd1d371630c001b31579917f2040ae52da61f5af3db9d701a8652056ec1aa0456712634f9a6d08096ae3575a20cc3a737966d886f445e2cd4abb0c4b2941826ee79f021c2eb2a781dc395c85735d851a5dc21e19294e2579fc62c7ba9292f75e1fb1cbc3b56220247ae0d3e931e16b2aca4097a41fbf33600d6c0542850ddf8fccd42cf5672d214d7d96bf510c882984a4b9cd54ff7bac8722aeaefe1486077ac15051e243ffe9a92f5d61b88d4f794d0036022e31da3d95bc502bfb89575515e2e47a696141b134b004b09e7be139b138a9a6a694c4ffba4e88c5538ee6a6c72699ac99b7b550a4a0495260620afa0cce1d81c27bcbe932a94c9ae082b4978d9ce364d8724b3068c4f4f295574a4fa0e60a6a9c2b8c30c24ad372a04861aeab63879caf68fb496ed3bb1909d6b0e586c5cc179c3823fb3c9df4c8e446ecfe6c3acb5e0321d61c8ed07b1ce3689df726b909cbdac53bffd5cbc6c002a945169afa68562fcdf03c8e82526353dc17537705bf1e3066c92cdc3f10e6bbe9c6aeca8070bdca3d8aadf1788d7027c9c2295654f2e4ed920e14c551e34da0900a92186ced2c5e8f3121f93d680afaa72eb63722d0a80f8a943f69a1e48487481e4ed9ec128cb28a0bcb32ca23f88bf0d6dc97de13907d6b6863509a5840cec0c8ce5f551eb60e75928f440ae77764ed4c146095f78c117220108008ddd884388e0a98a815b91de46bc8f50067d0eedc5e33444a0dfb60baeea36fcfae300f1dd4a81e0449511c67b6954979b3f05a02e085e02a48a44ee230ba55496a5d97ca09a91dfa8ef24a4ac65b2a74900afb6b78392eed');
INSERT INTO ledger_of_then.journal VALUES (1, 20, '\x9156a285e2c7aa43d5006eaa634c029d', 1795283370921, 'Settled', 1, 1, 1, '{"phase":"talking","node":"people","commands":[],"notes":[]}', '\xad2e24837f3e3e14f7a406db1e335cb01f1b5d4146fb8ce364b007e3f9a559e9f9d3d2fa2eafae77ac86faa33ee2217fe78063d3086d09074af598e5357740814dd3037ad6ae23a3afbea3e5c4d5989c93d58911cfaa4c2a560d7138852ad33f85b5fc7f8db3a6336f168c357dc0335be3b88be03cc27074d6f711c8cd40a851dea669c87a394225f537967c7fed0d3de2ee17cba9da0c00278437d0f4e6db0bbcdb879bb7201934228bcccd19957f9d84a424110357c0d0a1336ed57515025352aa8b2b09f73420afa4694770857e2e9bd5a2a078fd645889ff517f608baff346a6c1f2ae9a2bd207b190b77ac2d74ff037505db2bbe039a1a4afd6f78ed6');
INSERT INTO ledger_of_then.journal VALUES (1, 24, '\x34570706aa6f127864d3eea4fcd986a3', 1795283370940, 'CallDisconnected', 1, 1, 1, '{"phase":"ended","node":null,"commands":[[10,"Release"]],"notes":["disconnected 200/7000"]}', '\xb86f0677e76a486d2ac9651b239213677551d3278a291b94e1bc8cc5050c34cf20eca1a6ed08fcdd5a3380e295896dc3fb7400d4773daaecfeced738e890ab4fdd3ede08f6cfab3f9c38728e05557e95dfdb1c3a0010024eb0d7059b0a14120b0073331ee0803ce49859222c0688094a074467a557f9f87cab5fcd76e5e56622fd656b389fcb0c38ffbfb768761e590ccc91a30594be79fa7ce3848c9b918fa40fb6bd51c25dd9d0bf41c578f8521ceabfe63c31aef4a3a11d069233f8968bbb9bbe2f14c810646690dd3981d93ccef6336ea83e4f3b012d268485449e7dd1cf8431ee65d9c7d8814750e16336541b49c14df330d29e8b60c68263b765223dcd16a4115a1e1bbd40c51ed95243b727a50617f7c66dfd2495ed8f275cbc88a0c86f54a4ea3a253d95237c36208ec9e7362b81c1acdc874b7618b63224fe02442ef674f13e2a29ce7397043e1aef310d08f43d843caa24aaee4a7d4aa9bdfdb11d08aab7eecff22fc4cf27c506e56d9ad978ce21e4e2a5d5563a5b571be9ea5c97bc6d8fbcfb84780313bb8fa1ec706be3e8a8de139537abe70fe41628291176008360d1c609ae1e6e374e123b34b86a4997d34874d2953fc51bd4dfa8381b89ba978ab93235678c4033eec088638c92d3758f68a9e4071bddba295e0b831ce2fe21627e818a6ea67915469d95107af8c3c45b2101baaddc0299cdef61391458d38a13a40546dc3fe69376a681fe4da66f3bda1460fb0615d56405ab746fe19843370bab22cca14bafa38b7c450e7e20d31c0be99f0358ad93ef6e423427cd094e9794a6404c898781df5e96bdf7ff1cc6486bb000c9d214b17bd6671793727935ff38dc9a5d2fea0e8d8d0fc0e059a515993994dab4e377b12995226f624244ae1bc9ee0cab2db34b55d185ec098311495d3d3dbafad8f74ab5546cdfcdc08f98d3692e1ba063692ee61624cedf2c24dc7ff29f3071619bc4c118cb43c774105191b9439a69d4334bb31bdfaa4689362558eafb41a0b2dc7716b661b59935c585efe98ab16235871437c06008eada398fe4c57cee78bf8fb9f9b30a47dc75dd1200a8764a61f76d62acdeea7adf65fbd6c122fb51132f126eeb5e387e1d5a5c2896ca506eb6d183e5f8fd23f9492ef788e17157694d63ad5e91fa01c513f25bc3158da4756ebf9d4a9ea56b3c4859c93533feec73aa8fa24b7ab24191e4ea36e192594b6621c66e17cdb893bdb06e587f8bde0169bd30bcb602daf95ea8763f933ff9af54961da7e890f4172b4f51ab455799e88c3cbed8699adffdb2acfcfe291d241574cfe0cebc0d9d555014639aa70efe94afb9564330ca9562ab0948a5bb27a07f0c588de389e6383d5228952c12de503f84e54b5c5f5fec3af773402df9a7f6971a2275db4049c476c3026499f969bf8e5268843d91330bd3def68b15e10db11a9df80fdc87150e948e94474f7db55f740775edc6d6b7e27414f31e334f2dc4a7c648859d2f40182ff4da');
INSERT INTO ledger_of_then.journal VALUES (2, 5, '\x07e7a33429625c10afe594d4c1d46ffc', 1795283371136, 'ParticipantsUpdated', 1, 1, 1, '{"phase":"in flow","node":"greeting","commands":[],"notes":[]}', '\x00042615f16f17463eb31980c198819a953924288970bd92ef1d473ffbf7f9015e98efca7d93eca81690347eef606304d50356c3eafbabfeb8935fc3636485dece23533ab4c2ab7cb567f5cefa5eac397d644922e949be1e679b2cfa47e2ef59d314cc45d29314088abdfeeedfb487be46276695512bd6bc37eec3824242e15a674423c1ba3bb8a73ad0aa441b4c378604de8a4def7ca1ad6c5c9efd6104712caf6fc89e59fb61bc937c942c72816661ed72ff6e63409d7adeb36e2f97d3a23732a7dc445252e8c6ee6d4bded2faf31926b5c65fbaf4d834a265b664d5ae56f0d7f9b605dcbf8fdd5540fabf247a708ae3fa8a01fa8ad719bfb965b12e4941b8282ba90b67a44991f6a460240c32ed66614a47306579b9997f179ea49a76fd54130a16ad2dcfc0c81a05a6ad9cd0fc732729a576591300dd8f42b8ff040f779d9c7aa2d84216963aa77c9639c58752fbbb969ed27944028200d16845f0a0e3e62979497aaf5eaf1ff89a536b2fb40cf06212494b8c4f096b19f968ec5d82ad9da2f91668a4d9ebe71699a30611604db569283f79e7b2569e1c51977ccb5176b00d5aa525b8b27c02aa34b76a132b0485d85e4717eb2f9dec3c9c0a20ea4545e34d2303ad952501ec1765a647a5a0d95188ed8230a13b0ec445ef708659773371fc3b1f6565e6b9be4aad13973589ef26a32d24a129f6ddfbebbc854d5e8cfc6b28ee8570537a672119cf005c1b19f7f2655ca700b31ed02c5be414330d3ae9eca5bfac86cc7843ed1eb3cd02d4eef52103252425f44089bb4010ecf56f62b283127f0069c91c2b4a50256f5e4d7a83d705ffded23582dd83a886827d2c24d606425f75382965f81775b0ed55539623338f0ebd646af0d4485c5d8724f2dc73548495042ba7e45da9d5f3e5af7947cf1bdb42adf58de6ade57abb7cc6236b1fb7c8efb994c05f4d0cc333cc97e73af621980dedb7e17072797eb4e83f1e0b05ca116dfd344b2d6de9acbd3dd585ab24b8512a5c3036ab19a6eabeabbc97a6c0703583c285e207f912db4c72ae294f9f289ad7f190f17507ca6a670006f083925539639a9f0f3e80bd23eca55c22b32dfec82baa668617199db82324739e0fedd6948706a2379758550fe7501f1caef4302b536211a39eaae03955db28e89abd69ae947849faba4bf017b414dfcdef15bf77809b5f3e978d4181424edc97346727e732144c3442c82681c721a37fecb62016abd7a1887c8e4ceadf226dc355c4b3215a45cd96c9f20295e6d827e5e7d336808ad0ac698e7ea937f22a41a127ac9357f8a9454ddb6766dd8a372abc302530ac204ee30d31df201ed99c1a22b2ee51ac2bd8dcb50af9e168027e7398254d1a4fc3d6b375efe694c20cb8ac4844a5cad66aa24ee73b1875b2961e');
INSERT INTO ledger_of_then.journal VALUES (1, 25, '\x591dc275bed62d40270b9df89e9604c3', 1795283371195, 'RecordingFile', 1, 1, 1, '{"phase":"ended","node":null,"commands":[],"notes":[]}', '\x7d585c799f2a58e933eb8a705d36372122f1a624d23104411476bc605c92cb71839e4de47cce39b186a89d07e922511c48d44ea245c9640dac9ecb2c06fa9686171e2edb1f6f2ee604b5bf9fe723dd037978298dc2cb6316d6508fe7297b7235c6');


--
-- Data for Name: lease; Type: TABLE DATA; Schema: ledger_of_then; Owner: -
--

INSERT INTO ledger_of_then.lease VALUES ('adopt', 0, '1970-01-01 00:00:00+00');
INSERT INTO ledger_of_then.lease VALUES ('retention', 1, '2026-11-21 18:04:29.734297+00');


--
-- Data for Name: migration; Type: TABLE DATA; Schema: ledger_of_then; Owner: -
--

INSERT INTO ledger_of_then.migration VALUES (1, '9282694de0252fef351e4fc8b3a97663bb303520f30b34903a8e1da3a77de62a', 1, '2026-11-21 17:49:29.640834+00');


--
-- Data for Name: outbox; Type: TABLE DATA; Schema: ledger_of_then; Owner: -
--

INSERT INTO ledger_of_then.outbox VALUES (2, 3, 10, 'media', 1795283403907, 1795283371447, 1795283371447, 0, 1, false, 'Recognize', '\x53b4662fa2e8b1aed5973cc369020074565aa95d5bc3330ef7673faccfc5068714980bfd2718c5d1f9ded01077a6a44c230bc83f6e5bf53f4d47154a8e192bd890a7e2c3a85c575e16d369ae6b958a3990ccb3d452a3fa9151be6a50e10835802d47da613ae017979e9fe1d4f8ea51b32cd41ac815478ed5daa0a24dce3937cd020919ec9ff27c4b05d6e4f3d3812bfb60c75d2d792a422fc06559f93599f692f3d290e0d6bd8b20cbf6564f95aa9a9e1cdcb3837cdf7d4568288b4c41a5e27755edee4e22b5b00d9bbb6f26d3bec9c153d53dc65cd22c7d9426765c96f500e76205530daef605974ada3afa2a489eed7390993402ac9fb748fb8f50e7d45c56be6a2efcc3a914d8a40cd1347caec378a419b071a336bb542b540ecb62999e317ad0545f53acd58bf52524f00959e300cb331542dd9010d425ba2edf1234cede26804846fa8c113001c20a93732737b27b8300794d1d968d4a86872c2cc196e6fb616c07bfdf4b89896838af13dec582ceb250478fb2687b443893aa808b0fc3bd6f64b51de3a4269a4d6dee60e937b610c1a875217a9957415eb23801a18d20a7f0a0ec7680eae5a386e49a0c0625a862e62a0d935be118ba7eae0f7ee6c865187bc8c48d5320458d6ac51126aa0f161a59649819467a787c3297fa46a87e28d95f19a1293f6981715cfe284e80a3b14495048788c3853368e98e9926f5f06961d48aea128a26b86ea5876d30578271293eaf6eed07fcae293a19e83ab75205adbe5558ee01f145af45ffeeddcebb9f858d4ba52a98fe852a0fa1d4106445fb08ebe5d21d190cf713a7a0b3f4137159c3f0594093246e2a6461878f29da00660078d4be9e342acefddc79e70ab70edd2d10d6087a36418636dafa1c76ad4b56e11993a6dff16df553b4d73a9f70a07d699d5ff6d2f3a0464020b49dd826f65fd62cd7f3745d93f3a65b088d72464b20153bdc2b93a0d8dd6d602b665e33a19c709ced821a7b0736c714a7c0f7856a05afc998614f55401de5469a2f21e1a50bdcb900322e0a971171c793717f6e6d1140d1959543937978e18cac358e66200aceeb066a932485e17ae3753a56668e9b2e742ac6268e1f907e72e6f1517c9f42e2bc158a6118ddd1b89085b54d2a2dc04513ec5c26c4b20ee57a080384416a45f01fddcb8b68eb474e79b5bdbc9804d133da1a6273aecd98e20437280f26b5b34a62debb60254cdb7eae8e10820bbbc17009fcb5b19d654d29f76e3827ab58a4bb694c0d6e92166bab351199f2e6782fdb0b1b70c70723cda47a009d7b4ec68515f62879f53b38a59b9ef1480ffd711ed5449a81ecf0237465ced3b72034bb6ade69e31ce87d443ff564caa600dac378c9825899e89aef051c277db3ec49d22e1a3097d40e76225f2880261c303296c9b945e59df81166407ae21f8d74523f8ad1288d33110ae80f85d7a946d56dab031a406d40c5f347b9ac077f7d7464af68d4df75c40afc02d5235fdb16afddd08cd3451726f6dd7c2b81af9145b32a10dab498c36636d29676e02f590885fba33e5586d823e3940c');


--
-- Data for Name: parked; Type: TABLE DATA; Schema: ledger_of_then; Owner: -
--



--
-- Data for Name: quarantine; Type: TABLE DATA; Schema: ledger_of_then; Owner: -
--



--
-- Data for Name: queue; Type: TABLE DATA; Schema: ledger_of_then; Owner: -
--

INSERT INTO ledger_of_then.queue VALUES ('support');


--
-- Data for Name: replica; Type: TABLE DATA; Schema: ledger_of_then; Owner: -
--

INSERT INTO ledger_of_then.replica OVERRIDING SYSTEM VALUE VALUES (1, '0.1.0', '2026-11-21 17:49:31.255963+00');


--
-- Data for Name: reservation; Type: TABLE DATA; Schema: ledger_of_then; Owner: -
--



--
-- Data for Name: ticket; Type: TABLE DATA; Schema: ledger_of_then; Owner: -
--



--
-- Name: bundle_kept_seq; Type: SEQUENCE SET; Schema: ledger_of_then; Owner: -
--

SELECT pg_catalog.setval('ledger_of_then.bundle_kept_seq', 1, true);


--
-- Name: call_row_seq; Type: SEQUENCE SET; Schema: ledger_of_then; Owner: -
--

SELECT pg_catalog.setval('ledger_of_then.call_row_seq', 2, true);


--
-- Name: outbox_order; Type: SEQUENCE SET; Schema: ledger_of_then; Owner: -
--

SELECT pg_catalog.setval('ledger_of_then.outbox_order', 10, true);


--
-- Name: parked_id_seq; Type: SEQUENCE SET; Schema: ledger_of_then; Owner: -
--

SELECT pg_catalog.setval('ledger_of_then.parked_id_seq', 1, false);


--
-- Name: quarantine_id_seq; Type: SEQUENCE SET; Schema: ledger_of_then; Owner: -
--

SELECT pg_catalog.setval('ledger_of_then.quarantine_id_seq', 1, false);


--
-- Name: replica_owner_seq; Type: SEQUENCE SET; Schema: ledger_of_then; Owner: -
--

SELECT pg_catalog.setval('ledger_of_then.replica_owner_seq', 1, true);


--
-- Name: agent agent_pkey; Type: CONSTRAINT; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ONLY ledger_of_then.agent
    ADD CONSTRAINT agent_pkey PRIMARY KEY (id);


--
-- Name: bundle bundle_pkey; Type: CONSTRAINT; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ONLY ledger_of_then.bundle
    ADD CONSTRAINT bundle_pkey PRIMARY KEY (hash);


--
-- Name: call call_id_key; Type: CONSTRAINT; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ONLY ledger_of_then.call
    ADD CONSTRAINT call_id_key UNIQUE (id);


--
-- Name: call call_pkey; Type: CONSTRAINT; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ONLY ledger_of_then.call
    ADD CONSTRAINT call_pkey PRIMARY KEY ("row");


--
-- Name: journal journal_pkey; Type: CONSTRAINT; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ONLY ledger_of_then.journal
    ADD CONSTRAINT journal_pkey PRIMARY KEY (call, seq);


--
-- Name: lease lease_pkey; Type: CONSTRAINT; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ONLY ledger_of_then.lease
    ADD CONSTRAINT lease_pkey PRIMARY KEY (name);


--
-- Name: migration migration_pkey; Type: CONSTRAINT; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ONLY ledger_of_then.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (number);


--
-- Name: outbox outbox_pkey; Type: CONSTRAINT; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ONLY ledger_of_then.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (call, number);


--
-- Name: parked parked_event_key; Type: CONSTRAINT; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ONLY ledger_of_then.parked
    ADD CONSTRAINT parked_event_key UNIQUE (event);


--
-- Name: parked parked_pkey; Type: CONSTRAINT; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ONLY ledger_of_then.parked
    ADD CONSTRAINT parked_pkey PRIMARY KEY (id);


--
-- Name: quarantine quarantine_pkey; Type: CONSTRAINT; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ONLY ledger_of_then.quarantine
    ADD CONSTRAINT quarantine_pkey PRIMARY KEY (id);


--
-- Name: queue queue_pkey; Type: CONSTRAINT; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ONLY ledger_of_then.queue
    ADD CONSTRAINT queue_pkey PRIMARY KEY (name);


--
-- Name: replica replica_pkey; Type: CONSTRAINT; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ONLY ledger_of_then.replica
    ADD CONSTRAINT replica_pkey PRIMARY KEY (owner);


--
-- Name: reservation reservation_pkey; Type: CONSTRAINT; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ONLY ledger_of_then.reservation
    ADD CONSTRAINT reservation_pkey PRIMARY KEY (agent, slot);


--
-- Name: ticket ticket_pkey; Type: CONSTRAINT; Schema: ledger_of_then; Owner: -
--

ALTER TABLE ONLY ledger_of_then.ticket
    ADD CONSTRAINT ticket_pkey PRIMARY KEY (call);


--
-- Name: call_aside; Type: INDEX; Schema: ledger_of_then; Owner: -
--

CREATE INDEX call_aside ON ledger_of_then.call USING btree ("row") WHERE aside;


--
-- Name: call_backlog; Type: INDEX; Schema: ledger_of_then; Owner: -
--

CREATE INDEX call_backlog ON ledger_of_then.call USING btree ("row") WHERE ((unapplied > 0) AND (NOT aside));


--
-- Name: call_caller; Type: INDEX; Schema: ledger_of_then; Owner: -
--

CREATE INDEX call_caller ON ledger_of_then.call USING btree (caller) WHERE (caller IS NOT NULL);


--
-- Name: call_created; Type: INDEX; Schema: ledger_of_then; Owner: -
--

CREATE INDEX call_created ON ledger_of_then.call USING btree (created_at);


--
-- Name: call_due; Type: INDEX; Schema: ledger_of_then; Owner: -
--

CREATE INDEX call_due ON ledger_of_then.call USING btree (next_due) WHERE ((next_due IS NOT NULL) AND (NOT aside));


--
-- Name: call_ended; Type: INDEX; Schema: ledger_of_then; Owner: -
--

CREATE INDEX call_ended ON ledger_of_then.call USING btree (ended_at) WHERE (ended_at IS NOT NULL);


--
-- Name: call_live; Type: INDEX; Schema: ledger_of_then; Owner: -
--

CREATE INDEX call_live ON ledger_of_then.call USING btree ("row") WHERE (outcome IS NULL);


--
-- Name: call_server_call; Type: INDEX; Schema: ledger_of_then; Owner: -
--

CREATE INDEX call_server_call ON ledger_of_then.call USING btree (server_call) WHERE (server_call IS NOT NULL);


--
-- Name: journal_event; Type: INDEX; Schema: ledger_of_then; Owner: -
--

CREATE UNIQUE INDEX journal_event ON ledger_of_then.journal USING btree (event) WHERE (event IS NOT NULL);


--
-- Name: journal_waiting; Type: INDEX; Schema: ledger_of_then; Owner: -
--

CREATE INDEX journal_waiting ON ledger_of_then.journal USING btree (call, seq) WHERE (applied = 0);


--
-- Name: parked_call; Type: INDEX; Schema: ledger_of_then; Owner: -
--

CREATE INDEX parked_call ON ledger_of_then.parked USING btree (call, id);


--
-- Name: quarantine_at; Type: INDEX; Schema: ledger_of_then; Owner: -
--

CREATE INDEX quarantine_at ON ledger_of_then.quarantine USING btree (at);


--
-- Name: quarantine_call; Type: INDEX; Schema: ledger_of_then; Owner: -
--

CREATE INDEX quarantine_call ON ledger_of_then.quarantine USING btree (call) WHERE (call IS NOT NULL);


--
-- Name: reservation_call; Type: INDEX; Schema: ledger_of_then; Owner: -
--

CREATE INDEX reservation_call ON ledger_of_then.reservation USING btree (call);


--
-- Name: ticket_waiting; Type: INDEX; Schema: ledger_of_then; Owner: -
--

CREATE INDEX ticket_waiting ON ledger_of_then.ticket USING btree (queue, since) WHERE (NOT offered);


--
-- PostgreSQL database dump complete
--

