"""Values made from a schema of the swagger, so that what is parsed is not what we thought of ourselves."""

import itertools

RESOURCE = "b9614373-fd0b-480c-8fd2-cb58b70eab9f"
GUID = "0f50d091-5bd3-448b-884d-44be7037d9b9"

# A schema cannot say that raw id and object mean the same party, so these are written out: one of each kind.
IDENTIFIERS = (
    {"kind": "phoneNumber", "rawId": "4:+14255550123", "phoneNumber": {"value": "+14255550123"}},
    {
        "kind": "communicationUser", "rawId": f"8:acs:{RESOURCE}_{GUID}",
        "communicationUser": {"id": f"8:acs:{RESOURCE}_{GUID}"}},
    {
        "kind": "microsoftTeamsUser", "rawId": f"8:orgid:{GUID}",
        "microsoftTeamsUser": {"userId": GUID, "isAnonymous": False, "cloud": "public"}},
    {
        "kind": "microsoftTeamsApp", "rawId": f"28:gcch:{GUID}",
        "microsoftTeamsApp": {"appId": GUID, "cloud": "gcch"}},
    {
        "kind": "teamsExtensionUser", "rawId": f"8:acs:{RESOURCE}_{GUID}_{GUID}",
        "teamsExtensionUser": {"userId": GUID, "tenantId": GUID, "resourceId": RESOURCE, "cloud": "public"}},
    {
        "kind": "phoneNumber", "rawId": "4:+14255550123_2",
        "phoneNumber": {"value": "+14255550123", "isAnonymous": False, "assertedId": "2"}},
    {"kind": "unknown", "rawId": "48:something-new"},
)
# As ACS sends it, and with all the digits it may have.
TIMES = ("2026-11-21T08:00:00.1234567+00:00", "2026-11-21T08:00:00Z")


class Specimens:
    """Makes values of a definition. Number n takes the n-th choice wherever there is one."""

    def __init__(self, contract):
        self.contract = contract

    def all_of(self, name):
        """Enough values that every choice of every member, and every identifier, is in one of them."""
        wanted = self._most(self.contract.definitions[name], set())
        return [self.make(name, number) for number in range(wanted)]

    def make(self, name, number=0):
        return self._value(self.contract.definitions[name], number, name)

    def _value(self, schema, number, name):
        if "$ref" in schema:
            wanted = schema["$ref"].rpartition("/")[2]
            if wanted == "CommunicationIdentifierModel":
                return IDENTIFIERS[number % len(IDENTIFIERS)]
            return self._value(self.contract.definitions[wanted], number, name)
        if "enum" in schema:
            return schema["enum"][number % len(schema["enum"])]
        match schema.get("type"):
            case "string" if schema.get("format") == "date-time":
                return TIMES[number % len(TIMES)]
            case "string":
                return f"{name} {number} ä \"✓\"" if name not in ("callConnectionId", "fromCall") else GUID
            case "integer":
                return number
            case "number":
                return 0.25 + number
            case "boolean":
                return number % 2 == 0
            case "array":
                return [self._value(schema["items"], number + more, name) for more in range(2)]
            case "object" if "properties" in schema:
                return {key: self._value(value, number, key) for key, value in schema["properties"].items()}
            case "object":
                return {f"key{more}": self._value(schema["additionalProperties"], more, name) for more in range(2)}
        raise ValueError(f"nothing here makes a {schema}")

    def _most(self, schema, above):
        """The largest number of choices below a schema."""
        if "$ref" in schema:
            wanted = schema["$ref"].rpartition("/")[2]
            if wanted == "CommunicationIdentifierModel":
                return len(IDENTIFIERS)
            return 1 if wanted in above else self._most(self.contract.definitions[wanted], above | {wanted})
        if "enum" in schema:
            return len(schema["enum"])
        below = itertools.chain(schema.get("properties", {}).values(), filter(None, [schema.get("items")]))
        return max((self._most(part, above) for part in below), default=2)
