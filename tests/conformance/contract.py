"""The swagger of Call Automation: its operations, its examples, and its schemas as JSON Schema.

The schemas are made strict: where the swagger leaves further members open, here none are allowed, so that a member of
ours that the contract does not know is seen. Enumerations stay open, as the swagger marks them (`modelAsString`);
`closed=True` closes them, for what we write ourselves.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jsonschema import Draft4Validator, FormatChecker

HERE = Path(__file__).parent
FOLDER = HERE / "contract" / "callautomation" / "stable" / "2026-03-12"
API_VERSION = "2026-03-12"
SUCCESS = ("200", "201", "202", "204")

# Base schemas with a discriminator, and the one schema that the contract derives from each.
DERIVED = {
    "MediaStreamingOptions": "WebSocketMediaStreamingOptions",
    "TranscriptionOptions": "WebSocketTranscriptionOptions",
}
# Members that an event has besides its data's own, as a sign that a definition is an event's data.
EVENT_MEMBERS = {"callConnectionId", "serverCallId", "correlationId", "resultInformation"}


def _read(path):
    return json.loads(path.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Operation:
    """One operation of the swagger."""

    id: str
    method: str
    path: str
    parameters: tuple
    responses: dict

    def matches(self, method, path):
        template = re.escape(self.path).replace(r"\{", "{").replace(r"\}", "}")
        # A colon in an id is percent-encoded, so an unencoded one begins a verb.
        return method == self.method and re.fullmatch(re.sub(r"\{\w+\}", "[^/:]+", template), path)

    @property
    def repeatable(self):
        return any(parameter["name"] == "Repeatability-Request-ID" for parameter in self.parameters)

    @property
    def body_schema(self):
        """Name of the definition of the body, None without a body."""
        for parameter in self.parameters:
            if parameter["in"] == "body":
                return _name(parameter["schema"])
        return None

    @property
    def body_parameter(self):
        return next((p["name"] for p in self.parameters if p["in"] == "body"), None)

    def response_schema(self, status):
        """Name of the definition of an answer's body, None without a body. An undeclared status is an error's."""
        response = self.responses.get(str(status), self.responses["default"])
        return _name(response["schema"]) if "schema" in response else None


def _name(schema):
    return schema["$ref"].rpartition("/")[2]


class Contract:
    """The swagger, read once."""

    def __init__(self):
        self.swagger = _read(FOLDER / "communicationservicescallautomation.json")
        common = _read((FOLDER / "../../../Common/stable/2025-06-30/common.json").resolve())
        # The swagger re-exports some definitions of the common file by reference: those of the common file win.
        self.definitions = self.swagger["definitions"] | common["definitions"]
        self.operations = [
            Operation(
                operation["operationId"], method.upper(), path,
                tuple(self._parameter(parameter) for parameter in operation["parameters"]), operation["responses"])
            for path, methods in self.swagger["paths"].items() for method, operation in methods.items()]
        self.by_id = {operation.id: operation for operation in self.operations}
        self._validators = {}

    def _parameter(self, parameter):
        if "$ref" in parameter:
            return self.swagger["parameters"][parameter["$ref"].rpartition("/")[2]]
        return parameter

    def operation_of(self, method, path):
        """The operation that a request means, None for none."""
        found = [operation for operation in self.operations if operation.matches(method, path)]
        assert len(found) < 2, f"{method} {path} means {[operation.id for operation in found]}"
        return found[0] if found else None

    def event_names(self):
        """Short names of all mid-call events."""
        def is_event(definition):
            return EVENT_MEMBERS <= set(definition.get("properties", {}))

        return sorted(name for name, definition in self.definitions.items() if is_event(definition))

    def examples(self):
        """The example files by name. One that no operation refers to belongs to operation None."""
        owners = {
            reference["$ref"].rpartition("/")[2]: operation["operationId"]
            for methods in self.swagger["paths"].values() for operation in methods.values()
            for reference in operation.get("x-ms-examples", {}).values()}
        return {
            path.name: (owners.get(path.name), _read(path)) for path in sorted((FOLDER / "examples").glob("*.json"))}

    def schema(self, name, closed=False):
        """A definition as JSON Schema, with everything it refers to."""
        definitions = {}

        def convert(node, of=None):
            if isinstance(node, list):
                return [convert(item) for item in node]
            if not isinstance(node, dict):
                return node
            if "$ref" in node:
                return {"$ref": f"#/definitions/{need(_name(node))}"}
            node = dict(node)
            for base in node.pop("allOf", []):
                node = self._merged(self.definitions[_name(base)], node)
            if "enum" in node and not closed:
                del node["enum"]
            if node.get("type") == "object" and "properties" in node:
                node["additionalProperties"] = False
            return {
                key: {member: convert(value) for member, value in value.items()} if key == "properties"
                else convert(value)
                for key, value in node.items() if not key.startswith("x-") and key != "discriminator"}

        def need(wanted):
            wanted = DERIVED.get(wanted, wanted)
            if wanted not in definitions:
                definitions[wanted] = {}
                definitions[wanted] = convert(self.definitions[wanted])
            return wanted

        return {"$ref": f"#/definitions/{need(name)}", "definitions": definitions}

    @staticmethod
    def _merged(base, node):
        return base | node | {
            "properties": base.get("properties", {}) | node.get("properties", {}),
            "required": [*base.get("required", []), *node.get("required", [])]}

    def problems(self, name, value, closed=False):
        """What is wrong with a value by a definition: (place, words) each."""
        key = name, closed
        if key not in self._validators:
            checker = FormatChecker(formats=[])
            checker.checks("date-time", raises=ValueError)(_is_date_time)
            self._validators[key] = Draft4Validator(self.schema(name, closed), format_checker=checker)
        found = self._validators[key].iter_errors(value)
        return [(place(error.absolute_path), error.message[:200]) for error in found]


def _is_date_time(value):
    return datetime.fromisoformat(value).tzinfo is not None


def place(path):
    """A place in a JSON document; positions in lists are all `#`."""
    return ".".join("#" if isinstance(step, int) else step for step in path)
