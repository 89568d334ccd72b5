"""Words that say whether a capital makes a name. Lists, nothing else: written for this, from what models write.

`OPENERS` begin sentences and are no part of a name there. `PLAIN` are ordinary words: alone, at the beginning of a sentence, in a heading
or a label, they are no name ("Key features"), with others they may be ("Great Barrier Reef").
"""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    return frozenset(text.split())


FUNCTION = word_set(
    """the a an and or but nor of in on at by for with from to into as is are was were be been being it its this that these those i
    we you they she his her their our your my me him them if when while where which who whom whose what how why there here not no
    yes so then than also has have had do does did can could will would shall should may might must"""
)
"""Never at either end of a name, but for all capitals."""

OPENERS = FUNCTION | word_set(
    """he although though because since after before during until unless once whereas whether however therefore thus hence moreover
    furthermore additionally besides meanwhile nevertheless nonetheless otherwise instead indeed similarly likewise finally lastly
    firstly secondly thirdly first second third fourth next last initially originally eventually ultimately overall generally
    typically usually often sometimes always never recently currently today now later soon historically traditionally specifically
    notably importantly interestingly unfortunately fortunately surprisingly clearly obviously basically essentially actually really
    perhaps maybe probably possibly certainly surely sure okay ok well hello hi dear please thanks thank sorry let lets let's we're i'm
    it's that's there's here's don't can't all any both each either neither every few many most much more less some several such
    other others another only just even still yet already again about above across against along among around behind below beneath
    beside between beyond despite down except inside like near off onto out outside over past per through throughout toward towards
    under underneath up upon via within without according based given due considering regarding including following using used
    compared unlike rather together apart everyone someone anyone nobody nothing something anything everything one two three four
    five six seven eight nine ten hundreds thousands millions consider note remember imagine suppose assume see find take make add
    get go give use try keep think know look say ask answer question step example examples wait hmm alternatively conversely
    contrary instead consequently subsequently simultaneously accordingly known located born founded established written built"""
)

PLAIN = word_set(
    """able academic access account achievement act action active activity actor address advanced advantage advantages advice age
    agriculture air alternative amount analysis ancient animal animals application applications approach architecture area areas
    argument army art article artist aspect aspects assessment attraction attractions author authors average award awards background
    balance bank base basic basis beach beaches beautiful beauty beginning behavior being belief beliefs benefit benefits best better
    big biggest biology birds birth black blood blue body book books border borders brain branch brief bright brother building
    buildings business call campaign capital car care career case cases category cause causes cell cells center central century
    challenge challenges change changes chapter character characteristics characters check chemical chemistry chief child childhood
    children choice church cities citizens city civil class classic clear climate close coast code cold collection college color
    combination comment common communication community companies company comparison complete complex computer concept concepts
    conclusion condition conditions conflict connection consequence conservation consideration considerations content context
    control conversion core correct cost costs countries country couple course court create creation credit crime criticism crops cuisine
    culture cultural current customer customers cycle daily damage dance data date daughter day days death debate decision deep
    definition degree demand democracy department description desert design detail details development difference differences
    different difficulty digital direct direction director discovery discussion disease distance diversity door drama duration early
    earth east eastern economic economics economy editor education effect effects effort element elements emergency energy engine
    engineering enjoy environment environmental equation equipment era error essay ethical event events evidence evolution exact
    exercise experience experiment explanation exploration explore export exports expression facts fact factor factors failure
    fair faith fall family famous father feature features festival festivals fiction field figure film final finance financial
    findings fire fish flag flora fauna flow food foods force foreign forest forests form formation formula foundation free freedom
    friend friends fruit full function functions fun fundamental future game games gas gender general geography geology girl global
    goal goals god gold good government governor great green ground group groups growth guide half hand happy hard head health heart
    heat heavy height help heritage hero high higher highest highlights hill historic historical history home hope hospital host hot
    hotel hour house housing human humans humanity idea ideas identity image images immigration impact impacts importance important
    improvement income increase independence index industrial industry inflation influence influences information infrastructure
    initiative initiatives innovation input inspiration institution insurance interest interesting international internet interpretation
    introduction invention investment island islands issue issues job journal journey key kind kinds king knowledge label labor lack
    lake lakes land landmark landmarks landscape language languages large largest law laws leader leaders leadership learning legacy legal
    legend length lesson letter level levels library life lifestyle light limit limitations line link list literature little living local
    location long longest love low lower machine magazine main major man management manager map market marketing marriage material
    materials math mathematics meaning measure mechanism media medical medicine medium meeting member members men message metal
    method methods middle military mind minister minute mission mistake model modern moment money month moon mother mountain mountains
    movement movie museum museums music musical name named names nation national native natural nature need network new news night normal north
    northern novel number numbers object objective ocean oceans office official oil old older oldest open operation opinion opportunity option
    options order organic organization origin origins original output overview owner page paper parent part parties parts party path
    pattern peace people period person personal perspective philosophy photo physical physics place places plan planet planets plant
    plants play player players plot poem poet poetry point points policy political politics pollution popular population position
    positive power powerful practice practical present president press price prices principle principles private problem problems process
    processes product production products professional profile profit program project projects proof properties property protection
    provide public publication purpose quality quantity quick quote race radio rain range rate real reality reason reasons recent
    recipe recommendation record red reference references reform region regional regions relation relations relationship relationships
    relevant religion religious report reports republic research researchers resource resources response responsibility rest result results
    review rich right rights risk risks river rivers road rock role room rule rules safety sale sales salt sample scale school schools
    science sciences scientific scientist scientists sea search season section sector security series serious service services set settlement
    setting sex share ship short side sign significance significant similar simple single sister site situation size skills sky small
    snow social society software soil solar solid solution solutions song songs sound sources source south southern space special
    species speech speed spiders sport sports spring square stage standard star stars start state statement states station statistics
    status steps stone story strategies strategy street strength stress strong structure structures student students studies study style
    subject success summary summer sun supply support surface survey sustainable symbol symbols system systems table talk target tax
    teacher teachers team technical techniques technique technology temperature term terms test text theme themes theory things thing
    thought thoughts time times timeline tip tips title tool tools top topic topics total tour tourism tourist town trade tradition
    traditional traditions training transport transportation travel treatment tree trees trend trends trip true truth type types
    understanding unique unit units university update urban usage user users value values variable variety various version very victory video
    view village violence visit visitors vision voice volume vote wall war wars waste water way ways wealth weather website week
    weight west western white whole wide wildlife wind winter woman women word words work worker workers works world worldwide year years
    yellow young youth
    solve calculate compute multiply divide subtract substitute simplify verify define determine explain describe compare identify
    choose discuss write read understand learn begin follow include apply confirm show
    apple apples banana cats cat dogs dog birds bees bats water gold silver iron copper carbon oxygen hydrogen nitrogen helium sodium
    gravity photosynthesis penicillin electrons atoms molecules bacteria viruses penguins whales sharks lions"""
)
NOT_ENDINGS = (
    "ing",
    "ly",
    "ness",
    "tion",
    "tions",
    "ment",
    "ments",
    "ity",
    "ities",
    "ism",
    "ology",
    "less",
    "ous",
    "ful",
    "able",
)
"""A word with one of these that only begins a sentence is an ordinary one, but for:"""
YET_NAMES = word_set(
    """beijing nanjing chongqing kunming xining taiping stirling sterling kipling wyoming boeing keeling italy sicily emily kelly billy molly
    sally lily polly beverly kimberly assembly clement trinity unity felicity"""
)

_MONTHS = """january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct|november nov|
    december dec"""
MONTHS = {name: number + 1 for number, names in enumerate(_MONTHS.split("|")) for name in names.split()}
DAYS = word_set(
    "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays"
)

OF_PERSONS = word_set(
    "van von der den de du da das dos di del della la le les ter ten zu zum zur al el bin ibn ben bint af y e"
)
"""Between the words of a name, small."""
GOES_ON = word_set("st mt dr mr mrs ms prof gen col lt sgt capt rev hon ft sir gov sen rep")
"""Behind their full stop a name goes on."""

TITLES = word_set(
    """mr mrs ms miss dr prof professor sir dame lord lady president king queen prince princess emperor empress pope captain general colonel
    admiral chancellor minister senator governor mayor judge justice secretary ambassador reverend rev father sister brother
    physicist author writer poet painter composer scientist"""
)
"""Before a person's name, and no part of it."""

HEADS = word_set(
    """island islands isles mountains nations states sciences arts services agency administration association society company commission
    council department ministry museum institute university organization organisation party act affairs foundation college academy
    school faculty hospital cathedral republic cup church day fund bank board bureau committee center centre court office union treaty
    agreement convention railway railroad relations resources"""
)
"""Last words of names that have an "and" within."""
ADDED = HEADS - word_set(
    "island university institute college hospital cathedral museum church cup day school fund bank office court party union"
)
"""With which "A and B" is more likely one than two: `Andaman and Nicobar Islands`, but not `Paris and London University`."""
THAT_OF = HEADS - word_set("island islands isles mountains nations states affairs day resources relations services")
"""Before an "of", a part of the name also where it begins a sentence: `Republic of Ireland`, but not `Islands of Malaysia`."""
OF = word_set(
    "ministry department school faculty college academy institute university society office house secretary bureau journal board"
)
"""Of which and for what: `Ministry of Science and Technology`, `Centers for Disease Control`."""
FOR = OF | word_set(
    "center centers centre agency association foundation fund program programme committee council prize"
)

PAIRS = word_set(
    "trinidad&tobago bosnia&herzegovina antigua&barbuda kitts&nevis turks&caicos newfoundland&labrador tomé&príncipe tome&principe"
)

PLACES = word_set(
    """new north south east west northern southern eastern western central san santa santo são sao los las el la saint st great greater
    upper lower mount mt lake fort ft port cape united republic university prime papua costa sri nova american british french german
    spanish african asian european chinese japanese indian russian dutch italian equatorial sierra puerto villa de grand royal little
    old inner outer world civil cold national federal democratic hong buenos rio abu kuala tel addis kansas oklahoma mexico panama baja
    côte cote guinea dominican marshall solomon cook falkland virgin cayman"""
)
"""First words with which the last is no person's name: `York` isn't `New York`."""
HEAD_OPTIONAL = word_set("mount river ocean sea desert island")
"""`Everest`, and the same with it. Not where the rest is something else, too:"""
HEAD_NEEDED = word_set(
    """red black white yellow dead north south east west ohio mississippi missouri colorado delaware connecticut jordan congo niger gambia
    senegal indian arctic southern great green blue coral java timor caribbean vernon
    long rhode easter christmas coney staten ellis prince heard wake norfolk"""
)

ALIASES = {
    "us": "unitedstate",
    "usa": "unitedstate",
    "unitedstatesofamerica": "unitedstate",
    "uk": "unitedkingdom",
    "un": "unitednation",
    "eu": "europeanunion",
    "ussr": "sovietunion",
    "uae": "unitedarabemirate",
    "wwii": "worldwar2",
    "ww2": "worldwar2",
    "secondworldwar": "worldwar2",
    "wwi": "worldwar1",
    "ww1": "worldwar1",
    "firstworldwar": "worldwar1",
    "nyc": "newyorkcity",
    "prc": "peoplesrepublicofchina",
}

_UP_TO_NINETEEN = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen"""
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
NUMBERS = {word: value for value, word in enumerate(_UP_TO_NINETEEN.split())}
NUMBERS |= {word: 10 * (tens + 2) for tens, word in enumerate(_TENS.split())}
