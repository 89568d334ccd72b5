"""What a story counts: kinds of things with the words for how they come and go, and made-up things.

In an event `{q}` is its number, `<more>` the number and the things that come, `<some>` those that go. A phrase under
`gain` and `loss` says what the story's person does; under `come` and `go` somebody or something else acts.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from .people import syllables

# fmt: off
ADJECTIVES = ("red", "blue", "green", "yellow", "black", "white", "big", "small", "old", "new", "wooden", "round", "shiny", "golden",
              "striped", "broken", "fresh", "ripe", "plastic", "silver", "brown", "tiny", "spotted", "glass", "orange", "pink", "purple",
              "gray", "large", "little", "sweet", "cheap", "clean", "foreign", "rare", "used", "short", "long")
ODD = {"loaf": "loaves", "shelf": "shelves", "leaf": "leaves", "knife": "knives", "goose": "geese", "mouse": "mice", "sheep": "sheep",
       "fish": "fish", "child": "children", "man": "men", "woman": "women", "person": "people", "tomato": "tomatoes", "potato": "potatoes",
       "mango": "mangoes", "deer": "deer", "ox": "oxen", "calf": "calves", "half": "halves", "wolf": "wolves", "scarf": "scarves",
       "box": "boxes", "hero": "heroes", "tooth": "teeth", "piece of cake": "pieces of cake", "sheet of paper": "sheets of paper",
       "bar of soap": "bars of soap", "pair of socks": "pairs of socks", "cup of tea": "cups of tea", "bottle of water": "bottles of water",
       "bag of rice": "bags of rice", "can of soup": "cans of soup", "loaf of bread": "loaves of bread", "glass of juice": "glasses of juice",
       "slice of pizza": "slices of pizza", "ball of wool": "balls of wool", "jar of honey": "jars of honey", "box of tea": "boxes of tea",
       "bunch of grapes": "bunches of grapes", "salmon": "salmon", "trout": "trout", "passer-by": "passers-by"}
CONTAINERS = ["box", "bag", "basket", "crate", "jar", "drawer", "shelf", "tray", "packet", "pack", "carton", "case", "bucket", "sack", "tin", "bowl", "pile", "stack", "chest", "cupboard", "cabinet", "bin", "tub", "suitcase", "envelope", "folder", "album", "vase", "wagon", "cart", "rack", "barrel", "pouch", "container", "bundle", "set", "pot", "cage", "row"]


@dataclass(frozen=True)
class Kind:
    """Things of one kind, and the phrases with which they come and go."""

    nouns: tuple[str, ...]
    gain: tuple[str, ...]
    loss: tuple[str, ...]
    come: tuple[str, ...]
    go: tuple[str, ...]
    where: tuple[str, ...]


def kind(nouns: str, gain: str, loss: str, come: str, go: str, where: str) -> Kind:
    """A kind from lists with `;` between."""
    return Kind(*(tuple(part.strip() for part in text.split(";") if part.strip()) for text in (nouns, gain, loss, come, go, where)))


KINDS = (
    kind("apple; pear; orange; banana; plum; peach; cherry; strawberry; lemon; mango; egg; cookie; muffin; cupcake; pancake; sandwich; "
         "pizza; dumpling; candy; chocolate; nut; carrot; potato; tomato; onion; cucumber; pie; donut; bagel; loaf; grape; biscuit; sweet; "
         "pretzel; melon; fig; meatball; piece of cake; slice of pizza; loaf of bread; can of soup; jar of honey; bunch of grapes; lollipop; "
         "apple pie; cherry tomato; walnut; pumpkin; cabbage; bun; cracker; gumdrop; tart; berry; coconut; kiwi; apricot; chestnut; mushroom; "
         "chocolate bar; peanut; jelly bean; marshmallow; waffle; burger; hot dog; bottle of water; glass of juice; radish; turnip; date; acorn; roll; olive; pea; bean; raisin; turkey; noodle; clove; pickle; leek; herring; sausage; scone; pudding; quince; almond; toffee",
         "~buy <more>; ~pick <more>; ~bake <more>; ~get <more> from {m}; ~find <more>; ~bring <more>; ~order <more>; ~pick up <more> at the "
         "market; ~take <more> out of the cupboard; ~cook <more>; ~gather <more>; ~receive <more>; ~prepare <more>; ~fetch <more> from the "
         "kitchen; ~be given <more> by {m}; ~be handed <more>; ~put <more> on the plate; ~add <more>; ~harvest <more>; ~make <more>; ~buy <more> on the way home",
         "~eat <some>; ~give <some> to {m}; ~give away <some>; ~sell <some>; ~use <some> for a cake; ~throw away <some>; ~drop <some>; "
         "~hand <some> to {m}; ~cook <some>; ~have to throw out <some>; ~put <some> in a salad; ~use <some>; ~use up <some>; ~give {m} <some>; ~offer "
         "<some> to {m}; ~eat <some> for breakfast; ~take <some> to school; ~bring <some> to {m}; ~burn <some>; ~feed <some> to the pigs; ~peel and eat <some>; "
         "~let {m} have <some>; ~sell <some> to {m}; ~send <some> to {m}; ~donate <some>; ~serve <some> to guests; ~share <some> with {m}",
         "{m} ^give {nn} <more>; {m} ^bring <more>; {m} ^buy <more>; {m} ^put <more> in; <more> &be delivered; {m} ^add <more>; {m} ^bake <more> for {nn}; "
         "<more> &be added; <more> &be brought; {nn} ^get <more> from {m}; {m} ^offer {nn} <more>; {m} ^leave <more> on the table",
         "{m} ^eat <some>; <some> &be eaten; <some> &be sold; <some> &go bad; {m} ^take <some>; <some> &turn out to be rotten; <some> &fall on the floor; "
         "the dog ^eat <some>; {m} ^steal <some>; <some> &be thrown away; <some> &be used for a cake; the guests &eat <some>; <some> &be given away; "
         "<some> &be taken by {m}; a mouse ^eat <some>; <some> &have to be thrown out; <some> &get lost",
         "in a basket; on the table; in the kitchen; in a bowl; on a plate; in the fridge; in a box; in the bag; on the tree; at the stall; on the counter; in the pantry"),
    kind("marble; stamp; card; sticker; shell; coin; toy; doll; ball; balloon; button; stone; puzzle; teddy bear; toy car; kite; crayon; pencil; "
         "pen; book; comic; magazine; notebook; eraser; ruler; bead; ring; key; postcard; poster; photo; picture card; marker; paper clip; rubber band; "
         "baseball card; toy soldier; yo-yo; game; DVD; CD; model train; feather; rock; crystal; badge; magnet; figurine; brush; candle; ribbon; hat; shirt; "
         "sock; scarf; glove; cup; plate; spoon; fork; knife; bottle; glass; lamp; chair; stool; towel; blanket; pillow; brick; nail; screw; tile; board; "
         "sheet of paper; envelope; box; bag; basket; jar; ticket; coupon; token; gem; diamond; pebble; block; bolt; battery; rope; umbrella; "
         "pair of socks; bar of soap; ball of wool; flag; lantern; toy train; paint brush; storybook; textbook; folder; gift; letter; newspaper; vase; mug; basketball; football; drum; guitar; watch; shoe; "
         "paper plane; bracelet; necklace; seashell; action figure; glue stick; water bottle; lunch box; paper crane; snow globe; dice; domino; bucket; barrel; tool; hammer; bulb; stick; log; plank; wheel; tyre; cable; phone; robot; tablet; laptop; sword; arrow; quill; carpet; curtain; spade; saddle; fence post; helmet; cushion; pocket watch; tin soldier; thimble; mirror; kettle; coat; cap; boot; skate; oar; bell; pin; sample; parcel; ream; cask; hook",
         "~buy <more>; ~get <more> from {m}; ~find <more>; ~receive <more>; ~collect <more>; ~win <more>; ~be given <more>; ~get <more> for {his} birthday; "
         "~order <more>; ~pick up <more>; ~add <more> to {his} collection; ~discover <more> in the attic; ~make <more>; ~borrow <more> from {m}; "
         "~trade for <more>; ~get <more>; ~purchase <more>; ~acquire <more>; ~win <more> in a game; ~bring <more> from home; ~buy <more> at the shop; ~find <more> under the bed; ~obtain <more>; ~unpack <more>; ~earn <more>; ~be sent <more> by {m}",
         "~give <some> to {m}; ~lose <some>; ~sell <some>; ~give away <some>; ~break <some>; ~lend <some> to {m}; ~throw away <some>; ~trade <some> away; "
         "~donate <some>; ~drop <some>; ~hand <some> to {m}; ~give {m} <some>; ~use <some>; ~swap <some> for a ball; ~put away <some>; ~sell <some> at the market; "
         "~lose <some> on the way; ~leave <some> at school; ~send <some> to {m}; ~return <some>; ~hide <some>; ~pass <some> to {m}; ~lose <some> to {m}; ~part with <some>; ~take <some> back to the shop; ~need <some> for a craft; "
         "~get rid of <some>; ~give <some> of them as a present; ~misplace <some>; ~distribute <some> among {his} friends; ~give <some> back; ~mail <some> to {m}; ~have to give up <some>; ~let {m} take <some>",
         "{m} ^give {nn} <more>; {m} ^send {nn} <more>; {m} ^buy {nn} <more>; <more> &be delivered; {m} ^add <more>; <more> &be added; {m} ^put <more> in; "
         "{m} ^lend {nn} <more>; {m} ^hand {nn} <more>; <more> &arrive in the mail; {m} ^leave {nn} <more>; <more> &be found; {m} ^let {nn} have <more>; {m} ^make <more> for {nn}; <more> &be donated",
         "{m} ^take <some>; {m} ^borrow <some>; <some> &be lost; <some> &get lost; <some> &be sold; <some> &be broken; <some> &break; <some> &be stolen; {m} ^break <some>; "
         "<some> &be given away; <some> &be taken out; {m} ^take <some> away; <some> &be removed; <some> &be used; <some> &fall down; <some> &go missing; <some> &disappear; the dog ^hide <some>; "
         "<some> &turn out to be broken; <some> &have to be thrown away; {m} ^buy <some> from {nn}; {m} ^win <some> from {nn}; <some> &be lent to {m}; <some> &be shipped",
         "in a box; on the shelf; in the drawer; on the table; in a bag; in the cupboard; on the floor; in the shop; in the classroom; in the attic; in a jar; in stock; in the store; in locker ⟦x⟧; in drawer ⟦x⟧; in two drawers; on the third shelf; in cabinet number ⟦x⟧; in the warehouse"),
    kind("child; student; person; passenger; guest; visitor; boy; girl; pupil; player; tourist; soldier; worker; dancer; customer; swimmer; scout; man; woman; singer; "
         "spectator; fan; runner; member; actor; camper; hiker; sailor; skater; patient; villager",
         "", "",
         "<more> &arrive; <more> &come; <more> &join; <more> &get on; <more> &come in; <more> &enter; <more> &show up; <more> &walk in; <more> &join them; <more> &sign up; <more> &be invited; "
         "<more> &come later; <more> &turn up; <more> &come along; <more> &board; <more> &be let in; <more> &come to watch; a group of {q} {t} ^arrive; a bus ^bring <more>",
         "<some> &leave; <some> &go home; <some> &get off; <some> &walk out; <some> &go away; <some> &step out; <some> &have to leave; <some> &leave early; <some> &run away; <some> &fall ill; "
         "<some> &get out; <some> &drop out; <some> &go outside; <some> &be sent home; <some> &move away; <some> &be picked up; <some> &go inside; <some> &quit; {m} ^send <some> home",
         "on a bus; in the park; at a party; in the room; on the train; in the hall; in the classroom; on the playground; in the museum; at the beach; in the cinema; on a ship; in the pool; in the stadium; in a club; on the tram; at the concert; in line; on the field; in the elevator; in a cafe; in room ⟦x⟧; in class ⟦x⟧; on bus number ⟦x⟧; on platform ⟦x⟧; on the second floor; at gate ⟦x⟧; in hall ⟦x⟧"),
    kind("bird; duck; cat; dog; cow; horse; goat; chicken; rabbit; sheep; fish; frog; bee; butterfly; pigeon; goose; monkey; penguin; ant; hen; pig; swan; fly; crow; deer; squirrel; spider; sparrow; "
         "turtle; snail; ladybug; seal; elephant; camel; parrot; hamster; mouse; fox; lamb; pony; puppy; kitten; owl; wolf; crab; goldfish",
         "~buy <more>; ~catch <more>; ~get <more> from {m}; ~adopt <more>; ~raise <more>; ~see <more>; ~bring home <more>; ~be given <more>; ~rescue <more>; ~find <more>; ~spot <more>; ~count <more>",
         "~sell <some>; ~give <some> to {m}; ~lose <some>; ~set <some> free; ~give away <some>; ~let <some> go; ~lend <some> to {m}; ~trade <some> for a cart; ~send <some> to another farm; ~sell <some> to {m}",
         "<more> &arrive; <more> &come; <more> &join them; <more> &be born; <more> &land; <more> &appear; {m} ^bring <more>; <more> &be bought; <more> &hatch; <more> &climb up; <more> &fly over; <more> &be added; <more> &come along",
         "<some> &run away; <some> &fly away; <some> &leave; <some> &be sold; <some> &escape; <some> &disappear; <some> &die; <some> &go away; <some> &hide; {m} ^take <some>; <some> &swim away; <some> &jump out; a wolf ^take <some>; <some> &be set free; <some> &wander off; <some> &fall asleep",
         "on the farm; in the field; on the pond; in the tree; in the zoo; in the barn; in a cage; on the roof; in the garden; in the meadow; by the lake; on a branch; on the wire; in the forest; in the yard; in an aquarium; in the stable"),
    kind("dollar; euro; cent; coin; rupee; pound; franc; yen; token; peso; crown; penny; gold coin; bill",
         "~earn <more>; ~get <more> from {m}; ~save <more>; ~find <more> on the street; ~win <more>; ~receive <more>; ~be paid <more>; ~make <more> by washing cars; ~get <more> for {his} birthday; ~collect <more>; "
         "~put <more> aside; ~add <more>; ~earn <more> by babysitting; ~find <more> in {his} pocket; ~be given <more>; ~borrow <more> from {m}; ~deposit <more>; ~put <more> into the piggy bank",
         "~spend <some>; ~pay <some> for lunch; ~give <some> to {m}; ~lose <some>; ~donate <some>; ~lend <some> to {m}; ~spend <some> on a book; ~buy a toy for {q} {t}; ~pay {m} <some>; ~use <some> to buy a hat; ~spend <some> at the fair; "
         "~withdraw <some>; ~give away <some>; ~buy {m} a gift for {q} {t}; ~owe {m} {q} {t} and ~pay it back; ~pay a bill of {q} {t}; ~drop <some>; ~take out <some>; ~spend <some> on snacks",
         "{m} ^give {nn} <more>; {m} ^pay {nn} <more>; {m} ^lend {nn} <more>; {m} ^send {nn} <more>; {m} ^add <more>; {m} ^put <more> in; <more> &be added; <more> &be paid in",
         "{m} ^take <some>; {m} ^borrow <some>; <some> &be stolen; <some> &be spent; <some> &fall out of the bag; <some> &be spent on food; <some> &be paid out; <some> &go to {m}; <some> &get lost; a book ^cost {q} {t}; the ticket ^cost {q} {t}",
         "in the piggy bank; in a wallet; in a purse; in the account; in the box; in {his} pocket; in a jar; in the bank; in the till"),
    kind("car; truck; bike; bicycle; bus; boat; ship; plane; scooter; van; taxi; train; tractor; kayak; ferry; motorcycle; wagon; helicopter",
         "~buy <more>; ~rent <more>; ~get <more>; ~order <more>; ~build <more>; ~repair <more>; ~see <more>; ~wash <more>; ~park <more>; ~count <more>",
         "~sell <some>; ~rent out <some>; ~give <some> back; ~lose <some>; ~lend <some> to {m}; ~scrap <some>; ~return <some>; ~give <some> to {m}; ~send <some> to the garage",
         "<more> &arrive; <more> &come in; <more> &park there; <more> &drive in; <more> &be delivered; <more> &join; <more> &be added; <more> &pull in; <more> &be built; <more> &stop there",
         "<some> &leave; <some> &drive away; <some> &drive off; <some> &be sold; <some> &break down; <some> &be rented out; <some> &be towed away; <some> &sail away; <some> &be taken out of service; <some> &depart; <some> &pull out",
         "in the parking lot; in the garage; on the road; in the harbor; at the station; in the car park; on the lot; in the depot; at the airport; on the street"),
    kind("tree; flower; rose; tulip; bush; plant; cactus; lily; sunflower; seed; seedling; vine; oak; pine; daisy; bulb; leaf; branch; pumpkin plant",
         "~plant <more>; ~buy <more>; ~pick <more>; ~get <more> from {m}; ~grow <more>; ~put in <more>; ~receive <more>; ~water <more>; ~gather <more>; ~order <more>; ~cut <more>",
         "~cut down <some>; ~give <some> to {m}; ~sell <some>; ~pull out <some>; ~dig up <some>; ~throw away <some>; ~lose <some> in a storm; ~give away <some>; ~put <some> in a vase; ~move <some> to another garden; ~remove <some>; ~chop down <some>",
         "{m} ^plant <more>; <more> &be planted; <more> &grow; {m} ^bring <more>; <more> &be added; <more> &bloom; <more> &come up; workers &plant <more>; <more> &be put in",
         "<some> &die; <some> &be cut down; {m} ^cut down <some>; <some> &wither; <some> &be pulled out; the storm ^knock down <some>; <some> &dry up; <some> &be removed; <some> &be sold; <some> &be blown down; <some> &be eaten by goats; <some> &freeze",
         "in the garden; in the park; along the street; in the forest; in a field; in the yard; in the orchard; in a vase; in the greenhouse; on the balcony; behind the house"),
    kind("page; photo; video; message; email; song; point; follower; subscriber; contact; file; app; picture; word; exercise; question; sticker; level; letter; task; problem; game; match; goal; vote; star; like; visitor; drawing; painting; post; note; article; medal; song; line; chapter; recipe; sentence",
         "~get <more>; ~gain <more>; ~add <more>; ~receive <more>; ~save <more>; ~collect <more>; ~earn <more>; ~win <more>; ~finish <more>; ~do <more>; ~write <more>; ~make <more>; ~score <more>; ~complete <more>; ~download <more>; ~have <more> the next day",
         "~delete <some>; ~lose <some>; ~remove <some>; ~erase <some>; ~give <some> to {m}; ~throw out <some>; ~cross out <some>; ~finish <some>; ~skip <some>; ~do <some>; ~answer <some>; ~solve <some>; ~take out <some>; ~complete <some>; ~drop <some>; ~be done with <some>",
         "{m} ^send {nn} <more>; <more> &come in; {m} ^give {nn} <more>; <more> &be added; <more> &arrive; {m} ^add <more>; {m} ^award {nn} <more>",
         "<some> &be deleted; <some> &disappear; <some> &be lost; {m} ^delete <some>; <some> &be removed; {m} ^take <some>; <some> &be taken away; <some> &be done; <some> &be struck out",
         "on the phone; on the list; in the album; in the folder; on the computer; in the book; in the chat; in the inbox; on the page; on the disk; in the game"),
    kind("liter; gallon; kilogram; pound; gram; ton; meter; foot; inch; yard; cup; quart; litre; metre; centimeter; kg; mile; kilometer; minute; ounce",
         "~add <more>; ~pour in <more>; ~get <more>; ~buy <more>; ~gain <more>; ~put in <more>; ~collect <more>; ~receive <more>; ~produce <more>",
         "~use <some>; ~sell <some>; ~pour out <some>; ~lose <some>; ~use up <some>; ~take away <some>; ~give <some> to {m}; ~cut off <some>; ~remove <some>; ~spill <some>",
         "{m} ^add <more>; <more> &be added; {m} ^pour in <more>; <more> &come in; <more> &be delivered; <more> &be put in",
         "<some> &be used; <some> &be sold; <some> &leak out; <some> &be taken out; {m} ^use <some>; <some> &be poured out; <some> &be lost; <some> &be cut off; <some> &be used up; {m} ^take <some>; <some> &evaporate",
         "in the tank; in the barrel; in the store; in the truck; in the bucket; in the container; on the roll; in the silo; in a bottle; in the sack"),
)
CONSUMED = (  # what is only done or had: no way to lose these
    "page", "push-up", "lap", "kilometer", "mile", "cookie", "goal", "fish", "word", "ticket", "cup of tea", "car", "tree", "letter", "customer", "star", "bird", "hour", "minute", "pancake", "point", "song", "ticket",
)
# fmt: on


def plural(noun: str) -> str:
    """Several of `noun`."""
    first, of, rest = noun.partition(" of ")
    if noun in ODD:
        return ODD[noun]
    if of:
        return plural(first) + of + rest
    head, space, last = noun.rpartition(" ")
    if last in ODD:
        return head + space + ODD[last]
    if noun in ("kg", "DVD", "CD", "yen", "dice") or noun.endswith("craft"):
        return noun if noun in ("kg", "yen", "dice") else noun + "s"
    if noun.endswith(("s", "x", "ch", "sh", "z")):
        return noun + "es"
    if noun.endswith("y") and noun[-2] not in "aeou":
        return noun[:-1] + "ies"
    if noun == "foot":
        return "feet"
    return noun + "s"


def made_up(rng: Random) -> str:
    """A thing that nobody has heard of, so that its name has to be copied."""
    word = syllables(rng, rng.choice((1, 2, 2, 3)))
    return word + "y" * (rng.random() < 0.05)


def thing(rng: Random, chosen: Kind) -> str:
    """A thing of the kind, now and then with an adjective, or a made-up one."""
    draw = rng.random()
    noun = made_up(rng) if draw < 0.12 else rng.choice(chosen.nouns)
    if 0.12 < draw < 0.26 and chosen in KINDS[:4]:
        noun = f"{rng.choice(ADJECTIVES)} {noun}"
    return noun
