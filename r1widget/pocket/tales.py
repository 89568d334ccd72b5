"""Tables of word problems for `stories`: names, things, and for each sum's shape its stories.

A shape is the operations in a row; brackets show what is done first where signs alone would not say so. Each story is the question,
the first line of the working, and the sentence that answers.
"""

from __future__ import annotations

# fmt: off
Table = dict[str, tuple[tuple[str, str, str], ...]]

NAMES = ("Anna", "Ben", "Carla", "David", "Emma", "Felix", "Grace", "Hugo", "Ida", "Jonas", "Kim", "Lena", "Maria", "Noah",
         "Olivia", "Paul", "Rosa", "Sam", "Tom", "Uma", "Vera", "Will", "Yusuf", "Zoe", "Alice", "Bob", "Mei", "Ravi", "Sara", "Leo")
THINGS = ("apples", "pears", "books", "stamps", "marbles", "cookies", "pencils", "coins", "cards", "stickers", "shells", "eggs",
          "flowers", "buttons", "oranges", "balloons", "toys", "cups", "stones", "tickets", "photos", "nuts", "candies", "bananas")
PLACES = ("box", "bag", "shelf", "basket", "drawer", "table", "room", "row", "bus", "team")

ONE_STEP: Table = {
    "+": (
        ("{n} has {a} {t} and buys {b} more. How many {t} does {n} have now?", "{n} gets more, so I add.", "{n} has {r} {t}."),
        ("{n} has {a} {t}. {m} gives {n} {b} more {t}. How many {t} does {n} have?", "{n} gets more, so I add.", "{n} has {r} {t}."),
        ("{n} has {a} {t} and {m} has {b} {t}. How many {t} do they have together?", "I need both together, so I add.",
         "Together they have {r} {t}."),
        ("There are {a} {t} in one {p} and {b} {t} in another {p}. How many {t} are there in all?",
         "I need both together, so I add.", "There are {r} {t}."),
        ("{n} read {a} pages on Monday and {b} pages on Tuesday. How many pages did {n} read in total?",
         "I need both together, so I add.", "{n} read {r} pages."),
        ("A shop sold {a} {t} in the morning and {b} in the afternoon. How many {t} did it sell?",
         "I need both together, so I add.", "The shop sold {r} {t}."),
        ("A train carries {a} people. At a station {b} more people get on. How many people are on the train?",
         "More people come, so I add.", "There are {r} people on the train."),
        ("{n} found {a} {t} and then found another {b}. How many {t} is that?", "{n} gets more, so I add.", "{n} has {r} {t}."),
        ("{n} paid {a} dollars for a bike and {b} dollars for a helmet. How much did {n} pay?",
         "I need both together, so I add.", "{n} paid {r} dollars."),
        ("{n} walked {a} meters and then {b} meters more. How far did {n} walk?", "The way gets longer, so I add.",
         "{n} walked {r} meters."),
        ("{n} is {a} years old. How old will {n} be in {b} years?", "The years go on, so I add.", "{n} will be {r} years old."),
    ),
    "−": (
        ("{n} has {a} {t} and gives {b} to {m}. How many {t} does {n} have left?", "{n} gives some away, so I subtract.",
         "{n} has {r} {t} left."),
        ("{n} had {a} {t} and lost {b} of them. How many {t} are left?", "Some are gone, so I subtract.", "{r} {t} are left."),
        ("There are {a} {t} in a {p}. {n} takes {b} of them. How many {t} remain?", "Some are gone, so I subtract.",
         "{r} {t} are left."),
        ("{n} has {a} {t}. {m} has {b} fewer. How many {t} does {m} have?", "{m} has fewer, so I subtract.", "{m} has {r} {t}."),
        ("{n} has {a} {t} and {m} has {b} {t}. How many more {t} does {n} have than {m}?",
         "I need the difference, so I subtract.", "{n} has {r} more {t}."),
        ("A book has {a} pages. {n} has read {b} pages. How many pages are left to read?", "Some are done, so I subtract.",
         "{r} pages are left."),
        ("{n} has {a} dollars and spends {b} dollars. How much money does {n} have left?", "{n} spends some, so I subtract.",
         "{n} has {r} dollars left."),
        ("A bus has {a} people on it. At a stop {b} people get off. How many people are still on the bus?",
         "Some get off, so I subtract.", "There are {r} people on the bus."),
        ("{n} baked {a} {t} and sold {b}. How many {t} does {n} still have?", "Some are gone, so I subtract.", "{n} has {r} {t} left."),
        ("{n} eats {b} of {a} {t}. How many {t} are left?", "Some are gone, so I subtract.", "{r} {t} are left."),
        ("A rope is {a} meters long. {n} cuts off {b} meters. How long is the rope now?", "The rope gets shorter, so I subtract.",
         "The rope is {r} meters long."),
    ),
    "×": (
        ("{n} has {a} boxes with {b} {t} each. How many {t} does {n} have?", "Each holds the same, so I multiply.", "{n} has {r} {t}."),
        ("There are {a} bags. Each bag holds {b} {t}. How many {t} are there in all?", "Each holds the same, so I multiply.",
         "There are {r} {t}."),
        ("A {p} holds {a} {t}. How many {t} do {b} of them hold?", "Each holds the same, so I multiply.", "They hold {r} {t}."),
        ("{n} buys {a} {t} for {b} dollars each. How much does {n} pay?", "Each costs the same, so I multiply.",
         "{n} pays {r} dollars."),
        ("One of the {t} costs {a} cents. How much do {b} {t} cost?", "Each costs the same, so I multiply.", "They cost {r} cents."),
        ("{n} reads {a} pages every day. How many pages does {n} read in {b} days?", "Each day is the same, so I multiply.",
         "{n} reads {r} pages."),
        ("A room has {a} rows of {b} chairs. How many chairs are there?", "Each row is the same, so I multiply.",
         "There are {r} chairs."),
        ("{n} works {a} hours and earns {b} dollars an hour. How much does {n} earn?", "Each hour is the same, so I multiply.",
         "{n} earns {r} dollars."),
        ("{a} children get {b} {t} each. How many {t} are needed?", "Each gets the same, so I multiply.", "{r} {t} are needed."),
        ("A car drives {a} miles an hour. How far does it go in {b} hours?", "Each hour is the same, so I multiply.",
         "It goes {r} miles."),
        ("{n} runs {a} minutes a day. How many minutes is that in {b} days?", "Each day is the same, so I multiply.",
         "{n} runs {r} minutes."),
    ),
}

TWO_STEP: Table = {
    "×+": (
        ("{n} has {a} boxes with {b} {t} each and {c} more {t}. How many {t} does {n} have?",
         "The boxes are equal, so I multiply; then I add the rest.", "{n} has {r} {t}."),
        ("{n} buys {a} bags of {b} {t}. {m} gives {n} another {c}. How many {t} does {n} have now?",
         "The bags are equal, so I multiply; then I add the rest.", "{n} has {r} {t}."),
        ("A room has {a} rows of {b} chairs and {c} extra chairs. How many chairs are there?",
         "The rows are equal, so I multiply; then I add the rest.", "There are {r} chairs."),
        ("{n} earns {a} dollars a day for {b} days and then finds {c} dollars. How much money does {n} have?",
         "The days are equal, so I multiply; then I add the rest.", "{n} has {r} dollars."),
    ),
    "×−": (
        ("{n} has {a} boxes with {b} {t} each and gives away {c}. How many {t} are left?",
         "The boxes are equal, so I multiply; then I subtract what is gone.", "{r} {t} are left."),
        ("There are {a} bags of {b} {t}. {n} eats {c} of them. How many {t} are left?",
         "The bags are equal, so I multiply; then I subtract what is gone.", "{r} {t} are left."),
        ("{n} works {a} hours for {b} dollars an hour and spends {c} dollars. How much money is left?",
         "The hours are equal, so I multiply; then I subtract what is gone.", "{r} dollars are left."),
    ),
    "+×": (
        ("{n} has {a} {t} and buys {b} bags with {c} {t} each. How many {t} does {n} have now?",
         "The bags are equal, so I multiply; then I add.", "{n} has {r} {t}."),
        ("There are {a} {t} in a {p}. {n} brings {b} boxes of {c} {t}. How many {t} are there now?",
         "The boxes are equal, so I multiply; then I add.", "There are {r} {t}."),
    ),
    "−×": (
        ("{n} has {a} dollars and buys {b} {t} for {c} dollars each. How much money is left?",
         "Each costs the same, so I multiply; then I subtract.", "{r} dollars are left."),
        ("{n} has {a} {t} and gives each of {b} friends {c} {t}. How many {t} are left?",
         "Each gets the same, so I multiply; then I subtract.", "{r} {t} are left."),
    ),
    "++": (
        ("{n} has {a} {t}, {m} has {b} and a friend has {c}. How many {t} do they have together?",
         "I need all together, so I add twice.", "Together they have {r} {t}."),
        ("{n} read {a} pages on Monday, {b} on Tuesday and {c} on Friday. How many pages is that?",
         "I need all together, so I add twice.", "{n} read {r} pages."),
    ),
    "+−": (
        ("{n} has {a} {t}, buys {b} more and then gives {c} to {m}. How many {t} does {n} have?",
         "{n} gets some and gives some away, so I add and then subtract.", "{n} has {r} {t}."),
        ("A bus has {a} people. {b} get on and {c} get off. How many people are on the bus?",
         "Some come and some go, so I add and then subtract.", "There are {r} people on the bus."),
        ("{n} had {a} dollars, got {b} dollars and spent {c} dollars. How much money does {n} have?",
         "{n} gets some and spends some, so I add and then subtract.", "{n} has {r} dollars."),
    ),
    "−+": (
        ("{n} has {a} {t}, gives {b} to {m} and then buys {c} more. How many {t} does {n} have?",
         "{n} gives some away and gets some, so I subtract and then add.", "{n} has {r} {t}."),
        ("A bus has {a} people. {b} get off and {c} get on. How many people are on the bus?",
         "Some go and some come, so I subtract and then add.", "There are {r} people on the bus."),
    ),
    "−−": (
        ("{n} has {a} {t}, gives {b} to {m} and loses {c}. How many {t} are left?", "Some go twice, so I subtract twice.",
         "{r} {t} are left."),
        ("{n} has {a} dollars, spends {b} dollars on food and {c} dollars on {t}. How much money is left?",
         "Some go twice, so I subtract twice.", "{r} dollars are left."),
    ),
    "(+)×": (
        ("{n} packs {a} red and {b} green {t} in each box. How many {t} are in {c} boxes?",
         "Each box holds both, so I add; then I multiply.", "There are {r} {t}."),
        ("A ticket costs {a} dollars and lunch costs {b} dollars. How much do {c} friends pay for both?",
         "Each pays both, so I add; then I multiply.", "They pay {r} dollars."),
    ),
    "(−)×": (
        ("{n} fills {c} boxes with {a} {t} each, but {b} in each box are broken. How many good {t} are there?",
         "Each box loses the same, so I subtract; then I multiply.", "There are {r} good {t}."),
    ),
}
# fmt: on
