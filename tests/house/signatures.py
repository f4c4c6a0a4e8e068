"""Finds the functions of C++ sources that are formatted as .clang-format has it: their parameters, and how long they are.

Sees what stands in namespaces and classes, not what stands inside functions. Comments, literals and preprocessor lines
do not count, except as lines of a body.
"""
import dataclasses
import re

NOISE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])*\'|^[ \t]*#(?:\\\n|[^\n])*',
    re.S | re.M)
OPERATOR = re.compile(r"\boperator\s*(?:\(\)|\[\]|[^\s\w(]+)")
ATTRIBUTE = re.compile(r"\[\[.*?\]\]|\b(?:alignas|explicit|noexcept|__attribute__|decltype)\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")
ACCESS = re.compile(r"^(?:(?:public|private|protected)\s*:\s*)+")
TEMPLATE = re.compile(r"^template\s*<")
SCOPE = re.compile(r"^(?:inline\s+)?namespace\b|^extern\s*$")
CLASS = re.compile(r"^(?:typedef\s+|static\s+|inline\s+|constexpr\s+|const\s+)*(?:class|struct|union)\b")
NOT_A_FUNCTION = re.compile(r"^(?:using|typedef|static_assert|enum|friend\s+class|friend\s+struct)\b")
OPENING, CLOSING = "([{<", ")]}>"


@dataclasses.dataclass
class Function:
    name: str
    line: int
    parameters: list
    lines: int = 0  # of its body, between the braces; 0: a declaration


def blank(match):
    """As many lines as before, and a literal stays an operand."""
    kept = re.sub(r"[^\n]", "", match[0])
    return ('""' if match[0][0] in "\"'R" else "") + kept


def split(text):
    """At its commas outside of brackets."""
    parts, depth, last = [], 0, ""
    for char, before in zip(text, " " + text):
        if char in OPENING:
            depth += 1
        elif char in CLOSING and not (char == ">" and before == "-"):
            depth -= 1
        if char == "," and depth == 0:
            parts.append(last.strip())
            last = ""
        else:
            last += char
    return parts + [last.strip()] if last.strip() else parts


def matching(text, start):
    """The place behind the bracket that closes the one at `start`."""
    depth = 0
    for at in range(start, len(text)):
        if text[at] in OPENING:
            depth += 1
        elif text[at] in CLOSING and text[at - 1] != "-":
            depth -= 1
            if depth == 0:
                return at + 1
    return len(text)


def plain(head):
    """What stands before a brace or semicolon, without what may hide a name."""
    head = ACCESS.sub("", ATTRIBUTE.sub("", head).strip()).strip()
    while TEMPLATE.match(head):
        head = head[matching(head, head.index("<")):].strip()
    return head


def function_in(head, line):
    """What `head` declares, or None if that is no function."""
    head = OPERATOR.sub("operator_", plain(head))
    if NOT_A_FUNCTION.match(head) or CLASS.match(head) and not re.match(r"^[\w\s]*?(?:class|struct)\s+\w+[\s*&]+\w+\(", head):
        return None
    at = 0
    while at < len(head) and head[at] != "(":
        if head[at] == "=":
            return None
        at = matching(head, at) if head[at] == "<" else at + 1
    name = re.search(r"(~?[\w:]+)\s*$", head[:at])
    if at >= len(head) or name is None:
        return None
    parameters = split(head[at + 1:matching(head, at) - 1])
    return Function(name[1], line, [] if parameters == ["void"] else parameters)


def is_member_value(head):
    """`Name(…) : member_` before the brace of the member's value."""
    return bool(re.search(r"\)[^()]*?(?<!:):(?!:)", head)) and bool(re.search(r"[\w>]\s*$", head)) \
        and not re.search(r"\)\s*(?:const|override|final|noexcept|mutable|\s)*$", head)


def functions(text):
    """All functions that `text` declares or defines."""
    text = NOISE.sub(blank, text)
    found, scopes, head, begun, depth = [], [], "", 0, 0
    line, at = 1, 0
    while at < len(text):
        char = text[at]
        line += char == "\n"
        depth += (char in "([") - (char in ")]")
        if depth == 0 and char == "{":
            if is_member_value(head):
                end = matching_brace(text, at)
                line += text.count("\n", at, end)
                head, at = head + "()", end
                continue
            bare = plain(head)
            inside = SCOPE.match(bare.replace('""', "").strip()) or (CLASS.match(bare) and not function_in(head, 0))
            if inside:
                scopes.append(char)
            else:
                end = matching_brace(text, at)
                function = function_in(head, begun)
                body = text.count("\n", at, end)
                if function:
                    found.append(dataclasses.replace(function, lines=max(body - 1, 1)))
                line += body
                at = end
                head = "" if function else head + " = "
                continue
            head = ""
        elif depth == 0 and char == "}":
            if scopes:
                scopes.pop()
            head = ""
        elif depth == 0 and char == ";":
            function = function_in(head, begun)
            if function:
                found.append(function)
            head = ""
        else:
            if not head.strip():
                begun = line
            head += char
        at += 1
    return found


def matching_brace(text, start):
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == "{") - (text[at] == "}")
        if depth == 0:
            return at + 1
    return len(text)
