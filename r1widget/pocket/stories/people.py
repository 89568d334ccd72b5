"""Who a story is about: names, made-up names, relations, trades, and the words that stand for them later."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

# fmt: off
SHE = ["Anna", "Carla", "Emma", "Grace", "Ida", "Lena", "Maria", "Olivia", "Rosa", "Uma", "Vera", "Zoe", "Alice", "Mei", "Sara", "Hannah", "Julia", "Nina", "Eva", "Clara", "Lucy", "Amy", "Kate", "Jane", "Mary", "Susan", "Linda", "Karen", "Lisa", "Betty", "Helen", "Sandra", "Donna", "Carol", "Ruth", "Sharon", "Laura", "Amanda", "Megan", "Rachel", "Nicole", "Emily", "Chloe", "Sophia", "Mia", "Isabella", "Ava", "Ella", "Lily", "Zara", "Fatima", "Aisha", "Leila", "Noor", "Yasmin", "Priya", "Anjali", "Lakshmi", "Divya", "Sita", "Wen", "Ling", "Xiu", "Yuki", "Hana", "Sakura", "Keiko", "Min-ji", "Soo", "Thuy", "Linh", "Amara", "Ngozi", "Zainab", "Wanjiru", "Thandi", "Ingrid", "Astrid", "Freya", "Sigrid", "Katya", "Olga", "Natasha", "Svetlana", "Marta", "Agnes", "Zofia", "Elena", "Carmen", "Lucia", "Pilar", "Ines", "Beatriz", "Giulia", "Chiara", "Francesca", "Amelie", "Camille", "Manon", "Heidi", "Greta", "Petra", "Jana", "Ivana", "Dora", "Peggy", "Molly", "Daisy", "Ruby", "Ivy", "Hazel", "Violet", "Penny", "Wendy", "Tina", "Tracy", "Vicky", "Gina", "Nora", "Stella", "Abby", "Becky", "Cindy", "Debbie"]
HE = ["Ben", "David", "Felix", "Hugo", "Jonas", "Noah", "Paul", "Sam", "Will", "Yusuf", "Bob", "Ravi", "Leo", "John", "James", "Robert", "Michael", "Peter", "Mark", "Steven", "Andrew", "Kevin", "Brian", "George", "Edward", "Ronald", "Tim", "Jason", "Jeff", "Ryan", "Jacob", "Gary", "Nick", "Eric", "Stephen", "Jack", "Harry", "Oliver", "Oscar", "Charlie", "Alfie", "Freddie", "Archie", "Liam", "Mason", "Lucas", "Ethan", "Logan", "Aiden", "Mohammed", "Ali", "Omar", "Hassan", "Ibrahim", "Tariq", "Bilal", "Arjun", "Vikram", "Sanjay", "Anil", "Kiran", "Dev", "Ming", "Wei", "Jun", "Hao", "Bo", "Kenji", "Hiro", "Taro", "Daiki", "Joon", "Minh", "Duc", "Tuan", "Kwame", "Kofi", "Chidi", "Emeka", "Sipho", "Tendai", "Lars", "Erik", "Olaf", "Sven", "Bjorn", "Ivan", "Boris", "Dmitri", "Pavel", "Jan", "Piotr", "Marek", "Diego", "Carlos", "Juan", "Pedro", "Luis", "Miguel", "Joao", "Rafael", "Marco", "Luca", "Paolo", "Pierre", "Jean", "Louis", "Hans", "Karl", "Fritz", "Otto", "Emil", "Anton", "Max", "Finn", "Milo", "Toby", "Billy", "Joey", "Danny", "Eddie", "Frank", "Fred", "Ted", "Ned", "Rob", "Rick", "Steve", "Greg", "Doug", "Todd", "Chad", "Brad", "Kyle", "Cody"]
KIN_SHE = ("sister", "mother", "aunt", "grandmother", "daughter", "mom", "niece", "grandma", "wife", "neighbor")
KIN_HE = ("brother", "father", "uncle", "grandfather", "son", "dad", "cousin", "grandpa", "friend", "husband", "nephew", "neighbour")
TRADES = ("farmer", "teacher", "baker", "gardener", "boy", "girl", "man", "woman", "shopkeeper", "fisherman", "student", "painter",
          "carpenter", "cook", "chef", "driver", "nurse", "tailor", "butcher", "grocer", "florist", "builder", "coach", "librarian",
          "merchant", "soldier", "sailor", "shepherd", "hunter", "collector", "child", "artist", "waiter", "clerk", "plumber", "postman",
          "king", "princess", "wizard", "pirate", "robot", "monkey", "squirrel", "dentist", "doctor", "scientist", "hiker", "tourist",
          "beekeeper", "miller", "jeweler", "potter", "vendor", "trader", "customer", "pupil", "worker", "lady", "neighbor", "mechanic")
GROUPS = ("the children", "the students", "the pupils", "the boys", "the girls", "the scouts", "the villagers", "the workers", "some friends",
          "the players", "the twins", "two brothers", "two sisters", "the campers", "the neighbors", "the farmers", "the members of a club")
HOUSES = ("shop", "store", "school", "library", "bakery", "farm", "factory", "museum", "club", "hotel", "restaurant", "company", "zoo",
          "market stall", "supermarket", "bookshop", "toy store", "pet shop", "kindergarten", "hospital", "cafe", "team", "workshop", "florist's",
          "garage", "warehouse", "village", "town", "family", "class", "grocery store", "department store", "flower shop", "canteen", "office")
SURNAMES = ["Smith", "Jones", "Brown", "Miller", "Wilson", "Moore", "Taylor", "Clark", "Lewis", "Walker", "Hall", "Young", "King", "Wright", "Green", "Baker", "Adams", "Nelson", "Carter", "Novak", "Chen", "Wang", "Li", "Kim", "Park", "Tanaka", "Sato", "Patel", "Singh", "Gupta", "Kumar", "Khan", "Garcia", "Lopez", "Rossi", "Weber", "Schmidt", "Dubois", "Ivanova", "Silva", "Okafor", "Mensah"]
# fmt: on


@dataclass(frozen=True)
class Person:
    """How a story names someone: at first, later, and by pronouns; `person` is what verbs agree with."""

    first: str
    later: str
    he: str
    him: str
    his: str
    person: str = "one"

    @property
    def possessive(self) -> str:
        """`Tom's`, `the farmer's`, `my`."""
        if self.later in ("I", "we", "you"):
            return self.his
        return self.later + ("'" if self.later.endswith("s") and self.person == "many" else "'s")

    @property
    def answered(self) -> str:
        """The subject and `have`, as the answer says it."""
        if self.later in ("I", "we", "you"):
            return "You have"
        return f"{self.later[:1].upper()}{self.later[1:]} {'has' if self.person == 'one' else 'have'}"


# fmt: off
ONSETS = ("b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "z", "br", "ch", "cl", "dr", "fl", "gr", "kr", "pl", "sh", "sl", "st", "th", "tr",
          "bl", "cr", "fr", "gl", "ph", "pr", "qu", "sc", "sk", "sm", "sn", "sp", "str", "sw", "tw", "wh", "y", "")
VOWELS = ("a", "e", "i", "o", "u", "a", "e", "i", "o", "ai", "ee", "oo", "au", "ea", "ia", "ie", "io", "oa", "ou", "ui", "y")
CODAS = ("", "", "", "", "n", "r", "l", "m", "s", "k", "t", "ck", "ct", "ft", "ll", "mp", "nd", "ng", "nt", "pt", "rd", "rk", "rm", "rn", "ss", "st", "tt", "x", "b", "c", "d", "g", "p")
ENDINGS = ("", "", "", "", "", "er", "ine", "ation", "tion", "ture", "age", "able", "ette", "ism", "ment", "ness", "ule", "ccine", "o", "ion", "ing")
# fmt: on


def syllables(rng: Random, count: int) -> str:
    """A made-up word, with the letters that real ones have beside each other."""
    parts = (rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS) for _ in range(count))
    return "".join(parts) + (rng.choice(ENDINGS) if count > 1 else "")


def named(rng: Random) -> Person:
    """Someone with a name: a common one, a title and a surname, or a made-up one."""
    she = rng.random() < 0.5
    pronouns = ("she", "her", "her") if she else ("he", "him", "his")
    draw = rng.random()
    if draw < 0.66:
        name = rng.choice(SHE if she else HE)
    elif draw < 0.86:
        name = syllables(rng, rng.choice((1, 2, 2, 3))).capitalize()
    elif draw < 0.95:
        title = rng.choice(("Mrs.", "Ms.", "Miss", "Mrs", "Aunt") if she else ("Mr.", "Mr", "Uncle", "Dr.", "Farmer"))
        name = f"{title} {rng.choice(SURNAMES)}"
    else:
        name = f"{rng.choice(SHE if she else HE)} {rng.choice(SURNAMES)}"
    return Person(name, name, *pronouns)


def someone(rng: Random) -> Person:
    """Whoever a story is about."""
    draw = rng.random()
    if draw < 0.56:
        return named(rng)
    if draw < 0.66:
        trade = rng.choice(TRADES)
        article = "an" if trade[0] in "aeiou" else "a"
        pronouns = ("she", "her", "her") if rng.random() < 0.5 else ("he", "him", "his")
        return Person(rng.choice((f"{article} {trade}", f"the {trade}")), f"the {trade}", *pronouns)
    if draw < 0.73:
        she = rng.random() < 0.5
        kin = f"my {rng.choice(KIN_SHE if she else KIN_HE)}"
        return Person(kin, kin, *(("she", "her", "her") if she else ("he", "him", "his")))
    if draw < 0.84:
        return Person("I", "I", "I", "me", "my", "i")
    if draw < 0.89:
        return Person("we", "we", "we", "us", "our", "many")
    if draw < 0.91:
        return Person("you", "you", "you", "you", "your", "many")
    if draw < 0.95:
        house = rng.choice(HOUSES)
        article = "an" if house[0] in "aeiou" else "a"
        return Person(rng.choice((f"{article} {house}", f"the {house}")), f"the {house}", "it", "it", "its")
    if draw < 0.98:
        group = rng.choice(GROUPS)
        later = "they" if group.startswith(("two", "some")) else group
        return Person(group, later, "they", "them", "their", "many")
    one, two = named(rng), named(rng)
    return Person(f"{one.first} and {two.first}", "they", "they", "them", "their", "many")


def another(rng: Random, main: Person) -> str:
    """Someone else in the story, as a noun that fits anywhere."""
    draw = rng.random()
    if draw < 0.6:
        while (other := named(rng).first) == main.first:
            pass
        return other
    if draw < 0.9:
        kin = rng.choice(KIN_SHE + KIN_HE + ("best friend", "teacher", "little brother", "big sister", "classmate"))
        return rng.choice((f"{main.his} {kin}", f"a {kin}" if draw < 0.66 else f"{main.his} {kin}"))
    return rng.choice(
        ("a friend", "a neighbor", "somebody", "another child", "a stranger", "the teacher", "a customer")
    )
