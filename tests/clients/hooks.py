"""What schemathesis has to know that an OpenAPI document cannot say."""

import itertools
import os
import re

import schemathesis

ME = os.environ["TESSERA_USER"]
REQUESTS = itertools.count()

# Refusals of requests in the right form, by what is stored or by a rule that JSON Schema has no words for.
RULES = re.compile(
    # References to what is not there, names that are taken, passwords and links that are not the right ones.
    r"does not exist|is not one of the available choices|already used in this scope|already exists"
    r"|you specified are not correct|used or is too old"
    # What the program brings along stays as it is.
    r"|A built-in assignment cannot be changed|permissions of a built-in role cannot be changed"
    # One field decides about another; what a password has to be like; limits of the instance.
    r"|Name either a user or a user group|Link a role,? or name permissions|This list may not be empty|fields didn't match"
    r"|password is too|This password|Invalid password|Expiry may be at most|less than or equal to"
    # A comment is about one thing; a control follows a reference if it has one; mail needs a server and somebody.
    r"|Exactly one of .* has to be named|has no reference control|Mail cannot be sent|There is nobody to write to"
    r"|the audit is locked|when it is locked"
    # What came from a library changes with it; what is in use stays.
    r"|belongs to a library|cannot be deleted because|can't be deleted because|Deletion is blocked|Library not found"
    r"|exists already|below itself|There is no file|doesn't contain any framework|cannot contain '/'"
    # Results, scores and the course of an assignment.
    r"|only applicable when|target score is required when|[Ss]core must be between|lowest score may not be above"
    r"|Score boundaries have changed|No mapping leads|Only audits of the same framework"
    r"|assignment has been submitted|Cannot .* assignment in|Invalid transition|Reviewer observation is required"
    r"|already assigned to another|belong to the compliance assessment|not assigned to this"
    # A workbook of scores is made where they are shown.
    r"|This workbook is made of scores"
    # A question says which answers it takes; a control is merged into another one.
    r"|does not ask this question|make a unique set|This question (takes|does not offer)|is not merged into itself"
    # People: who is there, and what the organisation wants.
    r"|There is no (account|resource|passkey)|as many passkeys|an administrator already|This organisation (now )?wants"
    # Small languages: scopes, networks.
    r"|is no scope|There is no kind|is not an IP address|has no valid prefix|has host bits"
    # JSON Schema takes 1.0 for an integer; here it is none.
    r"|A valid integer is required|Expiry must be a positive integer|Write whole hours"
    # The content of JSON fields.
    r"|Translations have the form|is not of type|is (less|greater) than the (min|max)imum"
    r"|A cost is an object|Expected a (list|map) of|must be a JSON object|Typical evidence is a list of texts|A valid number is required"
    # What has to be asked for first, and what is there already or not at all.
    r"|This took too long, or was answered already|libraryHasNoUpdate|has already been loaded|^error$"
    # The name of a file travels in a header.
    r"|Missing filename"
    # Blanks and control characters.
    r"|may not be blank|Null characters are not allowed|Control and direction characters are not allowed|invalidLabel"
)

# What an answer has to be is for its question to say.
ANSWERS = re.compile(r"Must be a valid boolean|Date has wrong format|Not a valid string")


@schemathesis.hook
def before_call(context, case, kwargs):
    """Sixty unknown tokens a minute from one address are answered by 429: each request comes from another one."""
    number = next(REQUESTS)
    case.headers["X-Forwarded-For"] = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


@schemathesis.hook
def filter_case(context, case):
    """Whoever asks stays who they are: an administrator may disarm themselves."""
    changes = case.method in ("PUT", "PATCH", "DELETE") or case.path.endswith("batch-action/")
    return not (changes and case.path.startswith("/api/users/") and ME in f"{case.path_parameters} {case.body}")


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Requests in the right form that are refused for a reason above; the failure is kept if there is another one."""
    if failure.title != "Schema-valid request rejected" or response.status_code != 400:
        return True
    if case.media_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
        # Forms know neither null nor lists; how schemathesis writes them is not how we read them.
        return False
    if "reauthenticate" in case.path or case.path.endswith("authenticators/webauthn"):
        # One of two fields has to be there, by how the person can prove themselves.
        return False
    of_answers = ANSWERS if case.path.startswith("/api/answers/") else RULES
    return not all(RULES.search(sentence) or of_answers.search(sentence) for sentence in sentences(response.json()))


def sentences(body):
    """What an answer says, field by field."""
    match body:
        case {"errors": [*errors]}:
            yield from (error["message"] for error in errors)
        case dict():
            for value in body.values():
                yield from value if isinstance(value, list) else [value]
