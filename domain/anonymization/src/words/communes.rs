//! French communes with a postal code and the INSEE code, so that the parts of an address belong together; the
//! départements; and countries. None of the names reads as a person's full name.

/// A commune: name, postal code, INSEE code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Commune {
    pub(crate) name: &'static str,
    pub(crate) post_code: &'static str,
    pub(crate) insee: &'static str,
}

impl Commune {
    /// The number of its département: `33`, `2A`, `974`.
    pub(crate) fn department(&self) -> &'static str {
        let length = if self.insee.starts_with("97") { 3 } else { 2 };
        &self.insee[..length]
    }

    /// Its département's name.
    pub(crate) fn department_name(&self) -> &'static str {
        department_name(self.department()).unwrap_or("Paris")
    }
}

/// The name of a département.
fn department_name(code: &str) -> Option<&'static str> {
    DEPARTMENTS
        .iter()
        .find(|(known, _)| *known == code)
        .map(|(_, name)| *name)
}

macro_rules! communes {
    ($($name:literal $post_code:literal $insee:literal,)*) => {
        pub(crate) const COMMUNES: &[Commune] = &[$(Commune { name: $name, post_code: $post_code, insee: $insee }),*];
    };
}

communes! {
    "Bourg-en-Bresse" "01000" "01053", "Oyonnax" "01100" "01283", "Laon" "02000" "02408", "Soissons" "02200" "02722",
    "Moulins" "03000" "03190", "Montluçon" "03100" "03185", "Vichy" "03200" "03310",
    "Digne-les-Bains" "04000" "04070", "Manosque" "04100" "04112", "Gap" "05000" "05061", "Briançon" "05100" "05023",
    "Nice" "06000" "06088", "Antibes" "06600" "06004", "Cannes" "06400" "06029", "Grasse" "06130" "06069",
    "Menton" "06500" "06083", "Privas" "07000" "07186", "Annonay" "07100" "07010",
    "Charleville-Mézières" "08000" "08105", "Sedan" "08200" "08409", "Foix" "09000" "09122", "Pamiers" "09100" "09225",
    "Troyes" "10000" "10387", "Carcassonne" "11000" "11069", "Narbonne" "11100" "11262", "Rodez" "12000" "12202",
    "Millau" "12100" "12145", "Marseille" "13001" "13055", "Aix-en-Provence" "13100" "13001", "Arles" "13200" "13004",
    "Salon-de-Provence" "13300" "13103", "Martigues" "13500" "13056", "Istres" "13800" "13047", "Aubagne" "13400" "13005",
    "Caen" "14000" "14118", "Lisieux" "14100" "14366", "Bayeux" "14400" "14047", "Aurillac" "15000" "15014",
    "Angoulême" "16000" "16015", "Cognac" "16100" "16102", "La Rochelle" "17000" "17300", "Rochefort" "17300" "17299",
    "Saintes" "17100" "17415", "Royan" "17200" "17306", "Bourges" "18000" "18033", "Vierzon" "18100" "18279",
    "Tulle" "19000" "19272", "Brive-la-Gaillarde" "19100" "19031", "Ajaccio" "20000" "2A004", "Bastia" "20200" "2B033",
    "Dijon" "21000" "21231", "Beaune" "21200" "21054", "Dinan" "22100" "22050", "Lannion" "22300" "22113",
    "Guéret" "23000" "23096", "Périgueux" "24000" "24322", "Bergerac" "24100" "24037", "Besançon" "25000" "25056",
    "Montbéliard" "25200" "25388", "Pontarlier" "25300" "25462", "Valence" "26000" "26362", "Montélimar" "26200" "26198",
    "Romans-sur-Isère" "26100" "26281", "Évreux" "27000" "27229", "Vernon" "27200" "27681", "Chartres" "28000" "28085",
    "Dreux" "28100" "28134", "Châteaudun" "28200" "28088", "Quimper" "29000" "29232", "Brest" "29200" "29019",
    "Morlaix" "29600" "29151", "Quimperlé" "29300" "29233", "Concarneau" "29900" "29039", "Nîmes" "30000" "30189",
    "Alès" "30100" "30007", "Toulouse" "31000" "31555", "Auch" "32000" "32013", "Bordeaux" "33000" "33063",
    "Libourne" "33500" "33243", "Montpellier" "34000" "34172", "Béziers" "34500" "34032", "Sète" "34200" "34301",
    "Rennes" "35000" "35238", "Fougères" "35300" "35115", "Vitré" "35500" "35360", "Châteauroux" "36000" "36044",
    "Issoudun" "36100" "36088", "Tours" "37000" "37261", "Grenoble" "38000" "38185", "Vienne" "38200" "38544",
    "Voiron" "38500" "38563", "Bourgoin-Jallieu" "38300" "38053", "Lons-le-Saunier" "39000" "39300",
    "Dole" "39100" "39198", "Mont-de-Marsan" "40000" "40192", "Dax" "40100" "40088", "Blois" "41000" "41018",
    "Vendôme" "41100" "41269", "Romorantin-Lanthenay" "41200" "41194", "Roanne" "42300" "42187",
    "Le Puy-en-Velay" "43000" "43157", "Nantes" "44000" "44109", "Orléans" "45000" "45234", "Montargis" "45200" "45208",
    "Cahors" "46000" "46042", "Figeac" "46100" "46102", "Agen" "47000" "47001", "Mende" "48000" "48095",
    "Angers" "49000" "49007", "Cholet" "49300" "49099", "Saumur" "49400" "49328",
    "Cherbourg-en-Cotentin" "50100" "50129", "Avranches" "50300" "50025", "Châlons-en-Champagne" "51000" "51108",
    "Reims" "51100" "51454", "Épernay" "51200" "51230", "Chaumont" "52000" "52121", "Laval" "53000" "53130",
    "Nancy" "54000" "54395", "Lunéville" "54300" "54329", "Toul" "54200" "54528", "Bar-le-Duc" "55000" "55029",
    "Verdun" "55100" "55545", "Vannes" "56000" "56260", "Lorient" "56100" "56121", "Pontivy" "56300" "56178",
    "Metz" "57000" "57463", "Thionville" "57100" "57672", "Forbach" "57600" "57227", "Nevers" "58000" "58194",
    "Lille" "59000" "59350", "Roubaix" "59100" "59512", "Tourcoing" "59200" "59599", "Dunkerque" "59140" "59183",
    "Douai" "59500" "59178", "Valenciennes" "59300" "59606", "Cambrai" "59400" "59122", "Maubeuge" "59600" "59392",
    "Beauvais" "60000" "60057", "Compiègne" "60200" "60159", "Creil" "60100" "60175", "Senlis" "60300" "60612",
    "Alençon" "61000" "61001", "Arras" "62000" "62041", "Calais" "62100" "62193", "Lens" "62300" "62498",
    "Béthune" "62400" "62119", "Boulogne-sur-Mer" "62200" "62160", "Clermont-Ferrand" "63000" "63113",
    "Issoire" "63500" "63178", "Thiers" "63300" "63430", "Pau" "64000" "64445", "Bayonne" "64100" "64102",
    "Biarritz" "64200" "64122", "Tarbes" "65000" "65440", "Lourdes" "65100" "65286", "Perpignan" "66000" "66136",
    "Strasbourg" "67000" "67482", "Haguenau" "67500" "67180", "Sélestat" "67600" "67462", "Saverne" "67700" "67437",
    "Colmar" "68000" "68066", "Mulhouse" "68100" "68224", "Lyon" "69001" "69123", "Villeurbanne" "69100" "69266",
    "Villefranche-sur-Saône" "69400" "69264", "Vesoul" "70000" "70550", "Mâcon" "71000" "71270",
    "Chalon-sur-Saône" "71100" "71076", "Le Creusot" "71200" "71153", "Autun" "71400" "71014",
    "Le Mans" "72000" "72181", "Chambéry" "73000" "73065", "Albertville" "73200" "73011", "Aix-les-Bains" "73100" "73008",
    "Annecy" "74000" "74010", "Annemasse" "74100" "74012", "Thonon-les-Bains" "74200" "74281", "Paris" "75001" "75056",
    "Rouen" "76000" "76540", "Le Havre" "76600" "76351", "Dieppe" "76200" "76217", "Fécamp" "76400" "76259",
    "Melun" "77000" "77288", "Meaux" "77100" "77284", "Fontainebleau" "77300" "77186", "Provins" "77160" "77379",
    "Versailles" "78000" "78646", "Rambouillet" "78120" "78517", "Mantes-la-Jolie" "78200" "78361",
    "Niort" "79000" "79191", "Amiens" "80000" "80021", "Abbeville" "80100" "80001", "Albi" "81000" "81004",
    "Castres" "81100" "81065", "Montauban" "82000" "82121", "Toulon" "83000" "83137", "Hyères" "83400" "83069",
    "Fréjus" "83600" "83061", "Draguignan" "83300" "83050", "Avignon" "84000" "84007", "Orange" "84100" "84087",
    "Carpentras" "84200" "84031", "Cavaillon" "84300" "84035", "La Roche-sur-Yon" "85000" "85191",
    "Poitiers" "86000" "86194", "Châtellerault" "86100" "86066", "Limoges" "87000" "87085", "Épinal" "88000" "88160",
    "Auxerre" "89000" "89024", "Sens" "89100" "89387", "Avallon" "89200" "89025", "Belfort" "90000" "90010",
    "Étampes" "91150" "91223", "Palaiseau" "91120" "91477", "Nanterre" "92000" "92050",
    "Boulogne-Billancourt" "92100" "92012", "Colombes" "92700" "92025", "Courbevoie" "92400" "92026",
    "Bobigny" "93000" "93008", "Montreuil" "93100" "93048", "Créteil" "94000" "94028", "Vitry-sur-Seine" "94400" "94081",
    "Cergy" "95000" "95127", "Argenteuil" "95100" "95018", "Basse-Terre" "97100" "97105", "Cayenne" "97300" "97302",
    "Mamoudzou" "97600" "97611",
}

const DEPARTMENTS: &[(&str, &str)] = &[
    ("01", "Ain"),
    ("02", "Aisne"),
    ("03", "Allier"),
    ("04", "Alpes-de-Haute-Provence"),
    ("05", "Hautes-Alpes"),
    ("06", "Alpes-Maritimes"),
    ("07", "Ardèche"),
    ("08", "Ardennes"),
    ("09", "Ariège"),
    ("10", "Aube"),
    ("11", "Aude"),
    ("12", "Aveyron"),
    ("13", "Bouches-du-Rhône"),
    ("14", "Calvados"),
    ("15", "Cantal"),
    ("16", "Charente"),
    ("17", "Charente-Maritime"),
    ("18", "Cher"),
    ("19", "Corrèze"),
    ("2A", "Corse-du-Sud"),
    ("2B", "Haute-Corse"),
    ("21", "Côte-d'Or"),
    ("22", "Côtes-d'Armor"),
    ("23", "Creuse"),
    ("24", "Dordogne"),
    ("25", "Doubs"),
    ("26", "Drôme"),
    ("27", "Eure"),
    ("28", "Eure-et-Loir"),
    ("29", "Finistère"),
    ("30", "Gard"),
    ("31", "Haute-Garonne"),
    ("32", "Gers"),
    ("33", "Gironde"),
    ("34", "Hérault"),
    ("35", "Ille-et-Vilaine"),
    ("36", "Indre"),
    ("37", "Indre-et-Loire"),
    ("38", "Isère"),
    ("39", "Jura"),
    ("40", "Landes"),
    ("41", "Loir-et-Cher"),
    ("42", "Loire"),
    ("43", "Haute-Loire"),
    ("44", "Loire-Atlantique"),
    ("45", "Loiret"),
    ("46", "Lot"),
    ("47", "Lot-et-Garonne"),
    ("48", "Lozère"),
    ("49", "Maine-et-Loire"),
    ("50", "Manche"),
    ("51", "Marne"),
    ("52", "Haute-Marne"),
    ("53", "Mayenne"),
    ("54", "Meurthe-et-Moselle"),
    ("55", "Meuse"),
    ("56", "Morbihan"),
    ("57", "Moselle"),
    ("58", "Nièvre"),
    ("59", "Nord"),
    ("60", "Oise"),
    ("61", "Orne"),
    ("62", "Pas-de-Calais"),
    ("63", "Puy-de-Dôme"),
    ("64", "Pyrénées-Atlantiques"),
    ("65", "Hautes-Pyrénées"),
    ("66", "Pyrénées-Orientales"),
    ("67", "Bas-Rhin"),
    ("68", "Haut-Rhin"),
    ("69", "Rhône"),
    ("70", "Haute-Saône"),
    ("71", "Saône-et-Loire"),
    ("72", "Sarthe"),
    ("73", "Savoie"),
    ("74", "Haute-Savoie"),
    ("75", "Paris"),
    ("76", "Seine-Maritime"),
    ("77", "Seine-et-Marne"),
    ("78", "Yvelines"),
    ("79", "Deux-Sèvres"),
    ("80", "Somme"),
    ("81", "Tarn"),
    ("82", "Tarn-et-Garonne"),
    ("83", "Var"),
    ("84", "Vaucluse"),
    ("85", "Vendée"),
    ("86", "Vienne"),
    ("87", "Haute-Vienne"),
    ("88", "Vosges"),
    ("89", "Yonne"),
    ("90", "Territoire de Belfort"),
    ("91", "Essonne"),
    ("92", "Hauts-de-Seine"),
    ("93", "Seine-Saint-Denis"),
    ("94", "Val-de-Marne"),
    ("95", "Val-d'Oise"),
    ("971", "Guadeloupe"),
    ("972", "Martinique"),
    ("973", "Guyane"),
    ("974", "La Réunion"),
    ("976", "Mayotte"),
];

/// Countries: code of two letters, of three, name in French and in English.
pub(crate) const COUNTRIES: &[(&str, &str, &str, &str)] = &[
    ("FR", "FRA", "France", "France"),
    ("BE", "BEL", "Belgique", "Belgium"),
    ("CH", "CHE", "Suisse", "Switzerland"),
    ("LU", "LUX", "Luxembourg", "Luxembourg"),
    ("DE", "DEU", "Allemagne", "Germany"),
    ("ES", "ESP", "Espagne", "Spain"),
    ("IT", "ITA", "Italie", "Italy"),
    ("PT", "PRT", "Portugal", "Portugal"),
    ("NL", "NLD", "Pays-Bas", "Netherlands"),
    ("GB", "GBR", "Royaume-Uni", "United Kingdom"),
    ("IE", "IRL", "Irlande", "Ireland"),
    ("DK", "DNK", "Danemark", "Denmark"),
    ("SE", "SWE", "Suède", "Sweden"),
    ("NO", "NOR", "Norvège", "Norway"),
    ("FI", "FIN", "Finlande", "Finland"),
    ("AT", "AUT", "Autriche", "Austria"),
    ("PL", "POL", "Pologne", "Poland"),
    ("CZ", "CZE", "Tchéquie", "Czechia"),
    ("GR", "GRC", "Grèce", "Greece"),
    ("RO", "ROU", "Roumanie", "Romania"),
    ("HU", "HUN", "Hongrie", "Hungary"),
    ("US", "USA", "États-Unis", "United States"),
    ("CA", "CAN", "Canada", "Canada"),
    ("BR", "BRA", "Brésil", "Brazil"),
    ("MA", "MAR", "Maroc", "Morocco"),
    ("TN", "TUN", "Tunisie", "Tunisia"),
    ("DZ", "DZA", "Algérie", "Algeria"),
    ("SN", "SEN", "Sénégal", "Senegal"),
    ("JP", "JPN", "Japon", "Japan"),
    ("AU", "AUS", "Australie", "Australia"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn postal_and_insee_codes_agree_with_the_department() {
        let mut seen = HashSet::new();
        for commune in COMMUNES {
            assert!(seen.insert(commune.insee), "{} stands twice", commune.insee);
            let department = commune.department();
            let expected = if department.starts_with("2A") || department.starts_with("2B") {
                "20"
            } else {
                department
            };
            assert!(commune.post_code.starts_with(expected), "{}", commune.name);
            assert!(department_name(department).is_some(), "{}", commune.name);
        }
        assert!(COMMUNES.len() > 150);
    }
}
