# Entwurf. Noch hat ihn niemand gelesen, dessen Sprache Deutsch ist.
reviewed = no

date = { $day }. { $month } { $year }
month-1 = Januar
month-2 = Februar
month-3 = März
month-4 = April
month-5 = Mai
month-6 = Juni
month-7 = Juli
month-8 = August
month-9 = September
month-10 = Oktober
month-11 = November
month-12 = Dezember

skip = Zum Artikel springen
front-page = Titelseite
sections = Ressorts
about = Über diese Zeitung
contact = So erreichen Sie uns
tell = Vertraulich schreiben
cover-name = Was diese Seite im Hintergrund tut
cover =
    Solange sie offen ist, verschickt diese Seite ein paar kleine versiegelte Nachrichten und holt eine kleine Datei, damit
    Quellen wie Leser aussehen. Wer Ihre Verbindung beobachtet, sieht das auch von Ihnen.
turn-off = Ausschalten

by = Von
and = und
pages = Weitere Seiten
newer = Neuere Artikel
older = Ältere Artikel
empty-author = Hier ist noch nichts erschienen.
empty-section = In diesem Ressort ist noch nichts erschienen.
updated = Aktualisiert
corrected = Berichtigt
corrections = Berichtigungen
withdrawn = Zurückgezogen
withdrawn-title = Zurückgezogen: { $title }
withdrawn-text = Dieser Artikel wird hier nicht mehr veröffentlicht. Seine Adresse bleibt, damit erfährt, warum, wer ihn sucht.
read-more = Mehr dazu
sourcing = Zu den Quellen
notes = Anmerkungen
back-to-text = Zurück zum Text
table = Tabelle
on-the-record = Mit Namen
attributed = Laut
denied = Bestritten von
disputed = Angezweifelt von
know-more = Wissen Sie mehr darüber?
know-more-text = Von dieser Seite aus können Sie uns so schreiben, dass es in der Leitung wie Lesen aussieht.

missing-title = Diese Seite gibt es nicht
missing-text = Vielleicht ist sie umgezogen, oder in der Adresse steckt ein Tippfehler. Auf der Titelseite steht alles, was wir drucken.
colophon = Keine Cookies, keine Analyse, nichts von anderen: Diese Seite lädt nur von dieser Website.

contact-summary = Mehrere Wege, dieser Redaktion etwas mitzuteilen, und was jeder davon verrät.
contact-page = Von dieser Seite aus
contact-page-text =
    Jede Seite dieser Website hat eine Schublade für Nachrichten an die Redaktion. Was Sie schreiben, wird in Ihrem
    Browser versiegelt und geht in denselben kleinen Nachrichten hinaus, die die Seite jedes Lesers verschickt, zu denselben Zeiten und
    in denselben Größen. Wer Ihre Verbindung beobachtet, sieht jemanden lesen. Es dauert ein paar Minuten, in denen die Seite
    offen bleibt: Schreiben Sie den Text vorher anderswo und fügen Sie ihn ein.
contact-open = Schublade öffnen
contact-noscript =
    Die Schublade braucht JavaScript, das in diesem Browser aus ist. Ohne JavaScript verschickt diese Seite nichts
    im Hintergrund. Die Wege unten gehen ohne.
contact-other = Andere Wege
contact-none = Diese Redaktion hat noch keinen anderen Weg genannt.
contact-limits = Wovor es nicht schützt
contact-limits-text =
    Vor einem Rechner oder Telefon, über das andere bestimmen, etwa Ihr Arbeitgeber; vor jemandem, der
    Ihnen über die Schulter sieht; vor einem Gericht, das diese Redaktion zwingt, Ihnen anderen Code zu schicken; vor Ihrem eigenen Stil;
    und davor, wie wenige wissen konnten, was Sie uns sagen. Wenn es darauf ankommt, benutzen Sie kein Gerät und kein
    Netz von der Arbeit, und schreiben Sie dazu, wer es noch weiß.
mix-site = Das Programm, das die versiegelten Nachrichten öffnet, läuft am selben Ort wie diese Website.
mix-premises = Das Programm, das die versiegelten Nachrichten öffnet, läuft in den Räumen der Redaktion, getrennt von dieser Website.

standing-title = Wie wir kennzeichnen, wer was sagt
standing-text =
    Wo es darauf ankommt, steht eine Aussage für sich und sagt, von wem sie ist. Wer ihr widerspricht, steht
    daneben.
on-the-record-text = Uns gesagt von jemandem, der mit seinem Namen dazu steht.
attributed-text = Aus einem Dokument, von einem Gericht oder einer anderen Redaktion; wir nennen sie.
denied-text = Jemand, den es angeht, sagt, es sei nicht so.
disputed-text = Jemand, den es angeht, sagt, so einfach sei es nicht.
sourcing-text =
    Was auf Menschen beruht, die wir nicht nennen können, steht einmal am Ende des Artikels. Satz für Satz
    gekennzeichnet, würde es denen den Weg weisen, die nach ihnen suchen.
