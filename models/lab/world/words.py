"""The closed word lists of the composed world: shapes, colours, numbers, places, relations. Their order is part of the contract."""

SHAPES = ("circle", "square", "triangle", "star", "heart", "diamond", "cross", "arrow")

COLOURS: dict[str, tuple[int, int, int]] = {
    "red": (222, 36, 42),
    "yellow": (250, 212, 30),
    "green": (40, 160, 62),
    "blue": (38, 92, 224),
    "purple": (138, 52, 184),
    "pink": (250, 140, 190),
    "black": (22, 22, 26),
    "white": (248, 248, 246),
    "orange": (250, 134, 20),
    "brown": (122, 76, 40),
}

NUMBERS = ("one", "two", "three", "four", "five")
SIZES = ("small", "large")
POSITIONS = ("left", "right", "top", "bottom", "centre")
RELATION_WORDS = ("left", "right", "above", "below")
OPPOSITE = {"left": "right", "right": "left", "above": "below", "below": "above", "top": "bottom", "bottom": "top", "small": "large", "large": "small"}

HELD_OUT_PAIRS = frozenset(
    {("red", "star"), ("yellow", "square"), ("green", "heart"), ("blue", "triangle"), ("purple", "circle"), ("pink", "diamond"),
     ("black", "cross"), ("white", "arrow"), ("orange", "star"), ("brown", "heart")}
)
"""Colour and shape pairs that no training scene or caption contains."""

FRAME_WORDS = (
    "a an the is are there this that and with of to on in at it i we can see here photo picture image shows next near beside between "
    "has have background"
).split()

SOME = frozenset(
    {"scissors", "skis", "glasses", "sunglasses", "jeans", "socks", "headphones", "grapes", "cherries", "pancakes", "fries", "broccoli", "corn",
     "lettuce", "garlic", "bread", "popcorn", "spaghetti", "milk", "wine", "beer", "fire", "salad", "soup", "sushi", "chocolate", "cheese", "yarn"}
)
"""Class nouns that take "some" in place of "a": plural by form, or a mass noun."""

PLURAL_FORM = frozenset({"scissors", "skis", "glasses", "sunglasses", "jeans", "socks", "headphones", "grapes", "cherries", "pancakes", "fries"})
"""Class nouns that take a plural verb: captions and questions that name one use no verb."""

PREPOSITION = {"left": "on", "right": "on", "top": "at", "bottom": "at", "centre": "in"}
"""What stands before "the" and a place in the picture."""

NO_PLURAL = SOME | {
    "sheep", "fish", "mouse", "deer", "moose", "bison", "goose", "person", "leaf", "knife", "scarf", "shrimp", "squid", "buffalo",
    "wolf", "snowman", "jellyfish"
}
"""Class nouns that are not counted: no regular plural, or a mass noun."""


def article(word: str) -> str:
    """The indefinite article, or "some", that stands before `word`."""
    if word in SOME:
        return "some"
    return "an" if word[0] in "aeiou" and not word.startswith(("uni", "uku")) else "a"


def plural(noun: str) -> str:
    """Regular English plural of a countable class noun."""
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh", "tato", "mato")) else "s")
