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

drawer-title = Vertraulich
drawer-wipe = Alles löschen
drawer-close = Schließen
drawer-closed = Die Schublade ist geschlossen
drawer-closed-text = Diese Seite verschickt keine versiegelten Nachrichten, Ihre würde also auffallen.
drawer-other = Andere Wege zu uns
drawer-start = Sagen Sie uns etwas, mitten unter unseren Lesern
drawer-start-text =
    Die Seite jedes Lesers verschickt dieselben kleinen versiegelten Nachrichten zu denselben Zeiten. Was Sie hier
    schreiben, geht in Ihren hinaus.
drawer-new = Ein Gespräch beginnen
drawer-resume = Ich habe sieben Wörter
drawer-carry = Ich habe versiegelten Text
drawer-protects = Was das schützt
drawer-protects-text =
    Wer Ihre Verbindung beobachtet oder sich die Aufzeichnungen unseres Servers holt, sieht jemanden, der die Zeitung
    liest: dieselben Nachrichten in derselben Größe, ob Sie schreiben oder nicht. Was Sie schreiben, wird in Ihrem Browser
    versiegelt, und nur der Tisch, an den Sie schreiben, kann es öffnen. Auf diesem Rechner bleibt nichts. Es gibt kein
    Konto, kein Cookie und keine Datei.
drawer-limit-page = Eine veränderte Seite.
drawer-limit-page-text =
    Ein Gericht oder jemand von innen könnte dafür sorgen, dass diese Website Ihnen anderen Code schickt. Wenn das Ihre
    Gefahr ist, nehmen Sie das Programm „subrosa tip“ oder Papier.
drawer-limit-computer = Ihr Rechner.
drawer-limit-computer-text =
    Ein Gerät Ihres Arbeitgebers, dessen Netzwerksoftware, ein Virus, eine Erweiterung im Browser, eine Kamera hinter
    Ihnen: Was Ihren Bildschirm oder Ihre Tasten sieht, sieht, was Sie schreiben. Nehmen Sie ein eigenes Gerät.
drawer-limit-words = Ihre Worte.
drawer-limit-words-text =
    Wie Sie schreiben, und was nur wenige wissen konnten, kann zu Ihnen führen. Sagen Sie dazu, was nicht gedruckt werden
    darf, und warum.
drawer-limit-visits = Ihre Besuche.
drawer-limit-visits-text =
    Wenige Leser bleiben eine Viertelstunde oder kommen jede Stunde wieder. Schreiben Sie Ihren Text anderswo, auf Papier
    oder an einem sicheren Gerät, und fügen Sie ihn hier ein.
drawer-limit-phone = Ein Telefon, das schläft.
drawer-limit-phone-text =
    Telefone halten eine Seite etwa eine Minute, nachdem sie verdeckt wurde, an. Lassen Sie diese Seite vorn, bis Ihre
    Nachricht hinaus ist.
drawer-law =
    Vielerorts schützt das Gesetz Menschen, die zur Presse gehen, nur unter Bedingungen: was sie vorher versucht haben
    müssen, oder was sie nicht mitnehmen dürfen. Holen Sie, wenn Sie können, Rat ein, bevor Sie schreiben, bei jemandem, der
    schweigen muss.
drawer-documents = Dokumente passen nicht auf diesen Weg. Schreiben Sie zuerst; der Tisch sagt Ihnen, wie Sie sie übergeben.
drawer-words = Ihre sieben Wörter
drawer-words-text =
    Nur sie führen zu diesem Gespräch zurück, von jedem Browser auf jedem Gerät. Sie werden nur dieses eine Mal gezeigt,
    und niemand kann sie wiederherstellen. Es sind englische Wörter; ihre Bedeutung spielt keine Rolle, ihre Schreibweise
    schon.
drawer-words-keep =
    Lernen Sie sie auswendig, oder schreiben Sie sie auf Papier und bewahren Sie es auf wie einen Schlüssel. Fotografieren
    Sie sie nicht, und kopieren Sie sie in keine Datei.
drawer-words-done = Ich habe sie
drawer-check = Wählen Sie ein Wort
drawer-check-text = Wählen Sie es aus diesen vier.
drawer-check-again = Zeigen Sie mir die Wörter noch einmal
drawer-return = Mit Ihren sieben Wörtern zurückkommen
drawer-phrase = Ihre sieben englischen Wörter, in der richtigen Reihenfolge, mit Leerzeichen dazwischen
drawer-suggestions = Wörter der Liste, die so beginnen
drawer-open = Gespräch öffnen
drawer-back = Zurück
drawer-conversation = Ihr Gespräch
drawer-to = An
drawer-message = Ihre Nachricht
drawer-send = Mit den nächsten Paketen senden

say-cover-off = Ausgeschaltet, bis Sie eine Seite neu laden. Diese Seite verschickt nichts, und die Schublade ist geschlossen.
say-cover-save-data = Ihr Browser will Daten sparen, darum verschickt diese Seite nichts, und die Schublade ist geschlossen.
say-cover-unfit = Diesem Browser fehlt, was die versiegelten Nachrichten brauchen, darum verschickt diese Seite keine, und die Schublade ist geschlossen.
say-turn-on = Einschalten
say-not-loaded = Die Seite wurde nicht geladen. Sie sind noch auf der Seite davor. Versuchen Sie den Link noch einmal.

say-off =
    Sie haben die versiegelten Nachrichten ausgeschaltet, Ihre könnte sich also in nichts verbergen. Schalten Sie sie
    wieder ein, oder laden Sie die Seite neu. Unten steht, wie Sie uns sonst erreichen.
say-save-data =
    Ihr Browser will Daten sparen, darum verschickt diese Seite keine versiegelten Nachrichten, und Ihre würde auffallen.
    Unten steht, wie Sie uns sonst erreichen.
say-unfit =
    Diesem Browser fehlt, was die versiegelten Nachrichten brauchen, oder er lässt diese Seite nicht im Hintergrund
    arbeiten. Unten steht, wie Sie uns sonst erreichen.

say-keys-none =
    Die Schlüssel der Redaktion sind noch nicht da, darum kann jetzt nichts gesendet werden. Sie werden geholt, kurz
    nachdem eine Seite geöffnet wurde, und alle zehn Minuten.
say-keys-bad =
    Die Schlüssel der Redaktion ließen sich nicht bestätigen, darum kann nichts gesendet werden. Das kann ein Fehler sein
    oder ein Angriff. Benutzen Sie die Schublade jetzt nicht.
say-keys-clock =
    Die Schlüssel der Redaktion sind abgelaufen, oder die Uhr dieses Rechners geht falsch, darum kann jetzt nichts gesendet
    werden. Prüfen Sie die Uhr.
say-no-desk = Zurzeit nimmt kein Tisch Nachrichten an.

say-last-hour = in der letzten Stunde
say-last = in den letzten { $time }
say-visits-few = weniger als 10 Besuche
say-visits = etwa { $from } bis { $to } Besuche
say-crowd = Die Menge: { $last } haben { $visits } solche Nachrichten gesendet, und { $long } haben fünf Minuten gedauert.
say-crowd-now = Die Menge: { $last } haben { $visits } { $stay } gedauert, so lange wie dieser, wenn das nächste Paket hinausgeht.
say-bound = Jeder kann solche Nachrichten senden, die wahre Zahl kann also kleiner sein.
say-small = Das ist eine kleine Menge, und eine kleine Menge verbirgt niemanden gut: Zu einer belebteren Tageszeit ist es besser.
say-small-now = Das ist eine kleine Menge.
say-mix-premises = Die Maschine, die echte Nachrichten von den anderen unterscheidet, steht in den Räumen der Redaktion.
say-mix-site =
    Die Maschine, die echte Nachrichten von den anderen unterscheidet, steht neben dem Webserver: Wer beide hat, könnte
    sehen, dass Sie geschrieben haben, aber nicht, was.

say-seconds = { $count } Sekunden
say-minutes = { $count } Minuten
say-when = { $date }, { $time } Uhr

say-question =
    { $place ->
        [1] Welches ist das erste Wort?
        [2] Welches ist das zweite Wort?
        [3] Welches ist das dritte Wort?
        [4] Welches ist das vierte Wort?
        [5] Welches ist das fünfte Wort?
        [6] Welches ist das sechste Wort?
       *[7] Welches ist das siebte Wort?
    }
say-wrong-word = Das ist nicht das Wort. Hier sind Ihre sieben Wörter noch einmal.
say-unknown-word = Wort { $place } steht nicht in der Liste. Prüfen Sie die Schreibweise.
say-words-so-far = { $count } von { $all } Wörtern.
say-opening = Einen Moment: Aus Ihren Wörtern werden die Schlüssel gemacht.
say-ready = Ihr Gespräch ist offen. Noch ist nichts gesendet.
say-looking = Ihr Gespräch ist offen. Antworten werden gesucht, in dem, was die Seite jedes Lesers lädt.
say-nothing-loaded =
    Ihr Gespräch ist offen. Was die Tische veröffentlichen, ist noch nicht geladen; es wird hier gezeigt, sobald es da ist.
say-nothing-yet = Ihr Gespräch ist offen. Zu diesen Wörtern gibt es aus den letzten Tagen keine Antwort und keine Bestätigung.
say-part-of-an-answer = Ein Teil einer Antwort ist da; der Rest folgt.

say-empty = Fügen Sie Ihre Nachricht ein, oder schreiben Sie sie. In ein Paket passen etwa 3.000 Zeichen; mehr als acht Pakete gehen nicht.
say-too-long = Das ist mehr, als acht Pakete fassen. Kürzen Sie es, oder senden Sie es in mehreren Nachrichten.
say-carry = Fügen Sie hier den ganzen versiegelten Text ein, vom ersten Strich bis zum letzten. Anderer Text wird nicht angenommen.
say-damaged = Das ist versiegelter Text, aber nicht der ganze, oder er ist beschädigt. Kopieren Sie ihn noch einmal, vom ersten Strich bis zum letzten.
say-room =
    { $count ->
        [one] Ein Paket, zweimal gesendet: in etwa { $time }. { $share } % des Platzes sind belegt.
       *[other] { $count } Pakete, jedes zweimal gesendet: in etwa { $time }. { $share } % des Platzes sind belegt.
    }

say-message =
    { $count ->
        [one] Ihre Nachricht von einem Zeichen
       *[other] Ihre Nachricht von { $count } Zeichen
    }
say-message-sealed = Ihr versiegelter Text
say-message-of = Ihre Nachricht vom { $when }
say-message-earlier = Ihre Nachricht von einem früheren Besuch
say-progress-waiting = { $message }: wartet auf den nächsten Zeitpunkt. Bleiben Sie noch { $time }.
say-progress-parts = { $message }: { $once } von { $all } Teilen gesendet. Bleiben Sie noch { $time }.
say-progress-once = { $message }: einmal gesendet. Sie können weiterlesen oder in { $time } gehen.
say-progress-sent =
    { $message }: gesendet. Sie können weiterlesen oder gehen. Noch nicht bestätigt. Wenn Sie bleiben, sucht diese Seite nach
    der Bestätigung; wenn Sie gehen, kommen Sie mit Ihren sieben Wörtern zurück.
say-progress-carried = { $message }: gesendet. Sie können weiterlesen oder gehen. Fragen Sie dort nach der Bestätigung, wo Sie ihn versiegelt haben.
say-progress-confirmed = { $message }: bestätigt. Entschlüsselt und auf der Platte des Tisches.
say-queued = Ihre Nachricht wartet auf den nächsten Zeitpunkt. Lassen Sie diese Seite offen.
say-once = Einmal gesendet. Eine zweite Kopie folgt, falls die erste verloren geht.
say-sent = Gesendet. Sie können weiterlesen oder gehen. Noch nicht bestätigt.
say-confirmed = Bestätigt: entschlüsselt und auf der Platte des Tisches.

say-answer = Es gibt eine Antwort der Redaktion.
say-answer-from = { $name }, { $when }
say-newsroom = Die Redaktion
say-unreadable = Diese Antwort ist beschädigt angekommen und nicht zu lesen. Sagen Sie es dem Tisch.
