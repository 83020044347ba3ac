export const HUNGARIAN = {
  opening: [
    'Eladó {city} egyik legszebb, csendes utcájában egy gondosan felújított, napfényes otthon.',
    '{city} szívében kínáljuk ezt a különleges hangulatú, örök értékű ingatlant.',
    'Ritkán adódik ilyen lehetőség: {city} kedvelt részén őrzött, zöldövezeti otthon vár új tulajdonosára.',
  ],
  body: [
    'A lakótér {size}, amelyhez {rooms} és egy tágas, déli fekvésű nappali tartozik.',
    'A műemléki homlokzat mögött korszerű gépészet, hőszivattyús fűtés és mennyezeti hűtés működik.',
    'A konyha egyedi gyártású, beépített gépekkel és kőpulttal felszerelt, közvetlen kerti kijárattal.',
    'Az épület tetejét, vezetékeit és nyílászáróit az elmúlt öt évben teljesen megújították.',
    'A kertben öreg diófa, fűszerkert és egy fűtött, sós vizes medence található.',
    'A közelben óvoda, iskola, gyógyszertár és kitűnő tömegközlekedés áll rendelkezésre.',
    'A garázsban két autó fér el, az elektromos töltő kiépítése már megtörtént.',
    'Az erkélyről őszi reggeleken a víz fölött úszó ködre és a túlparti dombokra látni.',
    'A tulajdoni lap per-, teher- és igénymentes, birtokba vehető rövid határidővel.',
    'A társasházban gondnok, zárt kerékpártároló és közös tetőterasz szolgálja a lakók kényelmét.',
    'A belső terek csiszolt tölgyparkettát, kézzel festett csempéket és tömör ajtókat kaptak.',
    'A pince borospincének, műhelynek vagy akár vendéglakásnak is kiválóan alkalmas.',
  ],
  closing: [
    'Megtekintés előzetes egyeztetés alapján, hétvégén is; kérésre alaprajzot küldünk.',
    'Várjuk megkeresését – kollégáink örömmel mutatják be az ingatlant!',
  ],
}
