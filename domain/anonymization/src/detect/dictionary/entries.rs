//! The words: phrases as they stand in names of columns, folded, without plural, by what they say and how surely.

use crate::detect::Category::{
    self, Address, Age, Bic, BirthDate, Card, City, Company, Email, FileName, Financial, FirstName, Gender, Health,
    Iban, Identifier, Image, Ip, Json, LastName, Location, Mac, Name, Nir, Password, Phone, Postcode, Profession,
    Secret, Sensitive, Siren, Siret, Social, Text, Url, UserAgent, Username, Vat,
};

/// Category, score, phrases separated by commas.
pub(super) const ENTRIES: &[(Category, f32, &str)] = &[
    (
        Email,
        0.95,
        "email,e mail,courriel,adresse mail,adresse email,adresse electronique,email address,mail address,e mail address,\
         correo,correo electronico",
    ),
    (Email, 0.8, "mail,mel"),
    (
        Username,
        0.8,
        "username,user name,nom utilisateur,nom d utilisateur,screen name,login name,identifiant connexion,handle",
    ),
    (
        Username,
        0.75,
        "pseudo,pseudonyme,pseudonym,nickname,nick name,nick,gamertag",
    ),
    (Username, 0.7, "login,acct"),
    (
        FirstName,
        0.95,
        "first name,firstname,given name,givenname,forename,prenom,middle name,middlename,second prenom,vorname,nombre pila",
    ),
    (FirstName, 0.85, "fname,mname,middle initial"),
    (
        LastName,
        0.95,
        "last name,lastname,surname,family name,familyname,maiden name,birth name,nom famille,nom de famille,nom naissance,\
         nom de naissance,nom jeune fille,nom de jeune fille,nachname,apellido,second surname",
    ),
    (LastName, 0.9, "nom usage,nom d usage,patronyme,nom marital"),
    (LastName, 0.85, "lname"),
    (
        Name,
        0.95,
        "full name,fullname,nom complet,nom prenom,prenom nom,person name,legal name,preferred name,name on card,\
         cardholder name,card holder name,mother name,father name,nom mere,nom pere,nom conjoint,spouse name",
    ),
    (
        Name,
        0.9,
        "contact name,nom contact,next of kin,emergency contact,contact urgence,cardholder,card holder,ayant droit,\
         personne a prevenir,personne contact",
    ),
    (
        Name,
        0.85,
        "account holder,holder name,titulaire,nom titulaire,account owner name,recipient name,sender name,author name",
    ),
    (
        Name,
        0.75,
        "display name,displayname,nom affiche,nom affichage,beneficiaire,signataire,signatory,guardian,tuteur,accompagnant,\
         interlocuteur,representant legal,legal representative,medecin traitant,known as,also known as,alias name",
    ),
    (
        Name,
        0.6,
        "destinataire,expediteur,responsable,referent,gestionnaire nom,commercial nom,attn,attention to,nurse,infirmier",
    ),
    (
        Phone,
        0.95,
        "phone,phone number,phonenumber,telephone,mobile phone,cell phone,cellphone,numero telephone,numero de telephone,\
         num tel,no tel,msisdn,mobile number,numero mobile,numero portable,tel portable,tel fixe,handynummer,telefono,celular",
    ),
    (
        Phone,
        0.9,
        "tel,telefon,numero tel,phone home,fax number,numero fax,sms number,verified number",
    ),
    (
        Phone,
        0.85,
        "fax,gsm,telecopie,landline,cell number,contact number,whatsapp number",
    ),
    (Phone, 0.8, "mobile,portable,phone no"),
    (Phone, 0.7, "whatsapp,cell,ligne fixe"),
    (
        Address,
        0.9,
        "adresse,street address,postal address,adresse postale,home address,billing address,shipping address,mailing address,\
         delivery address,adresse livraison,adresse facturation,address line,adresse ligne,residential address,work address",
    ),
    (
        Address,
        0.85,
        "address,street,rue,complement adresse,street name,nom rue,nom voie,numero voie,numero rue,libelle voie,street number,\
         house number,house no,strasse,direccion,calle,apartment number",
    ),
    (Address, 0.8, "domicile,lieu dit,residence address"),
    (Address, 0.75, "addr,addr line,addresse"),
    (Address, 0.7, "voie"),
    (
        Address,
        0.6,
        "batiment,appartement,apartment,digicode,code porte,code acces,etage,bis ter",
    ),
    (
        Postcode,
        0.85,
        "postcode,post code,postal code,postalcode,zip code,zipcode,code postal,codepostal,plz,codigo postal",
    ),
    (Postcode, 0.8, "zip,postal"),
    (Postcode, 0.6, "cp"),
    (
        City,
        0.85,
        "birth city,birthplace,birth place,place of birth,lieu naissance,lieu de naissance,ville naissance,ville de naissance,\
         commune naissance,city of birth,birth country,pays naissance,hometown,home town",
    ),
    (
        City,
        0.75,
        "city,town,ville,municipality,ciudad,suburb,locality name,city name,nom ville",
    ),
    (City, 0.7, "commune,localite,locality"),
    (
        Company,
        0.85,
        "company name,raison sociale,nom entreprise,nom societe,business name,organisation name,organization name,nom commercial,\
         employer name,trading name,denomination sociale,nom employeur",
    ),
    (Company, 0.75, "employer,employeur"),
    (Company, 0.7, "company,societe,entreprise,enseigne,denomination"),
    (
        Financial,
        0.75,
        "salary,salaire,remuneration,base salary,salaire brut,salaire net,net pay,gross pay,hourly rate,taux horaire,pay rate,\
         annual income,monthly income,revenu fiscal,bonus amount,net worth,wage",
    ),
    (Financial, 0.7, "income,revenu"),
    (
        BirthDate,
        0.95,
        "birth date,birthdate,birthday,date of birth,dob,date naissance,date de naissance,datenaissance,date birth,dateofbirth,\
         geburtsdatum,fecha nacimiento",
    ),
    (
        BirthDate,
        0.9,
        "born on,born at,born,birth,birth year,year of birth,annee naissance,naissance,born date",
    ),
    (BirthDate, 0.7, "ddn,dt naissance,naiss"),
    (BirthDate, 0.8, "ne le"),
    (Age, 0.6, "age,age years,patient age,tranche age,age range,age group"),
    (
        Ip,
        0.95,
        "ip address,ip addr,ipaddress,ipaddr,adresse ip,client ip,remote ip,user ip,source ip,ipv,last ip,sign in ip,ip adresse",
    ),
    (Ip, 0.9, "remote addr,remote address,client address,x forwarded for"),
    (Ip, 0.85, "ip"),
    (Mac, 0.9, "mac address,macaddress,mac addr,adresse mac,bssid"),
    (
        Location,
        0.85,
        "latitude,longitude,lat lng,latlng,lat long,lat lon,gps,gps coordinate,coordonnee gps,geo location,geolocation,geolocalisation,\
         geo point,geopoint,home location,current location,last location",
    ),
    (
        Location,
        0.7,
        "lat,lng,lon,coordinate,coordonnee,geom,geometry,geo lat,geo long,geo lng",
    ),
    (UserAgent, 0.9, "user agent,useragent,http user agent,browser agent"),
    (
        Iban,
        0.95,
        "iban,bank account number,account number iban,numero compte bancaire,numero de compte,numero compte,iban number",
    ),
    (Iban, 0.85, "rib"),
    (
        Iban,
        0.8,
        "routing number,sort code,bank account,compte bancaire,account no,bank account no",
    ),
    (Bic, 0.7, "bic,swift,swift code,bic swift,code bic"),
    (
        Card,
        0.85,
        "credit card,card number,cc number,numero carte,numero de carte,carte bancaire,creditcard,card no,pan number,\
         card last four,last four digit,card last digit,cc last four",
    ),
    (Siren, 0.85, "siren,numero siren"),
    (Siret, 0.85, "siret,numero siret"),
    (
        Vat,
        0.75,
        "vat number,vat no,vat id,numero tva,tva intra,tva intracommunautaire,vatin,vat registration number,numero tva intracommunautaire",
    ),
    (
        Nir,
        0.9,
        "social security number,numero securite sociale,numero de securite sociale,num secu,numero secu,no secu,social security,\
         securite sociale,numero ss,national insurance number,nino,social insurance number",
    ),
    (Nir, 0.85, "nir,ssn,num ss,insee numero,numero insee"),
    (Nir, 0.55, "ss"),
    (
        Identifier,
        0.85,
        "national id,national identity,national identifier,identity number,id card,identity card,numero fiscal,passport number,\
         numero passeport,id number,citizen id,personal number,personal id,tax id,tax identifier,tax number,driver license,\
         drivers license,driving license,driving licence,drivers licence,driver licence,license plate,licence plate,number plate,\
         numero piece identite,piece identite,medical record number,health insurance number,insurance number,nhs number,\
         numero carte vitale,carte vitale,identifiant national,identifiant national sante,numero adherent,numero mutuelle,carte identite,\
         carte d identite,cedula,codice fiscale,steuer id,residence permit,titre sejour,immatriculation,numero etranger",
    ),
    (
        Identifier,
        0.8,
        "passport,passeport,permis conduire,permis de conduire,ein,itin,cpf,cnpj,curp,pesel,bsn,aadhaar,aadhar,tfn,nif,nie,dni,\
         fodselsnummer,personnummer,plate number,numero permis,patient number,numero patient,ipp,mrn,rpps,numero rpps,adeli,\
         numero adeli,matricule,imei,imsi,iccid,idfa,gaid,advertising id,android id,device serial,device fingerprint",
    ),
    (
        Identifier,
        0.7,
        "cni,cin,abn,acn,voter id,vin,rna,openid,open id,ldap sid,ldap dn,external user id,tax code",
    ),
    (
        Secret,
        0.9,
        "api key,apikey,api token,api secret,access token,refresh token,auth token,secret key,private key,client secret,\
         session token,reset token,confirmation token,recovery token,invitation token,device token,push token,fcm token,\
         encryption key,signing key,signing secret,webhook secret,otp secret,totp secret,recovery code,backup code,otp code,\
         verification code,security answer,reponse secrete,access key,jwt,bearer,consumer secret,totp,master key",
    ),
    (
        Secret,
        0.85,
        "token,secret,credential,oauth token,token hash,otp,cvv,cvc,cle api,cle privee,cle secrete,passcode,code secret",
    ),
    (
        Secret,
        0.6,
        "validation code,reset code,activation code,confirmation code,session key,session data,cookie,pin,pin code,magic link,webservice key",
    ),
    (
        Password,
        0.95,
        "password,passwd,passwort,mot de passe,mot passe,motdepasse,password hash,hashed password,encrypted password,pass hash,\
         password digest,crypted password,password salt,pass crypted,pass temp,contrasena,user pass,passphrase",
    ),
    (Password, 0.9, "pwd,mdp,pass word"),
    (Password, 0.75, "pass,salt"),
    (
        Url,
        0.6,
        "profile url,personal website,personal url,blog url,homepage url,portfolio url,resume url,cv url,site personnel",
    ),
    (
        Image,
        0.75,
        "avatar,profile picture,profile image,profile photo,photo profil,photo identite,portrait,selfie,user photo,user image,\
         profile pic,headshot,signature image,photo url,picture url,avatar url,id photo,scan identite",
    ),
    (Image, 0.6, "photo"),
    (
        FileName,
        0.6,
        "file name,filename,nom fichier,nom du fichier,original filename,original name,attachment name,nom piece jointe,document name",
    ),
    (
        Social,
        0.7,
        "facebook,twitter,instagram,linkedin,linked in,snapchat,tiktok,skype,jabber,telegram,discord,viber,wechat,googleplus,google plus,\
         pinterest,xing,social network,reseau social,social account,social handle,jabberid,twitch,mastodon,youtube",
    ),
    (
        Text,
        0.8,
        "anamnese,anamnesis,cover letter,lettre motivation,curriculum vitae",
    ),
    (Text, 0.7, "biography,biographie,about me,a propos"),
    (Text, 0.65, "bio"),
    (
        Text,
        0.55,
        "note,commentaire,comment,message,observation,remarque,remark,feedback,note interne,internal note,private note,note privee,\
         free text,texte libre,memo,testimonial,temoignage,special instruction,appreciation,motivation,annotation,transcript,compte rendu",
    ),
    (
        Text,
        0.4,
        "content,contenu,body,text,texte,corps,reason,raison,motif,detail,instruction",
    ),
    (Text, 0.3, "description"),
    (
        Health,
        0.85,
        "medical history,antecedent,antecedent medical,antecedent familial,family history,past history,medical condition,medical note,\
         note medicale,diagnosis,diagnostic,diagnose,diagnostic principal,blood type,blood group,groupe sanguin,blood pressure,tension arterielle,\
         heart rate,frequence cardiaque,clinical note,note clinique,chief complaint,motif consultation,health condition,health status,\
         health data,donnee sante,etat sante,chronic condition,current medication,traitement en cour,dossier medical,medical data,\
         health record,treatment plan,plan traitement,oxygen saturation,respiratory rate,radiograph,imc,vaccination status,hospitalization",
    ),
    (
        Health,
        0.8,
        "allergy,allergie,allergen,allergene,disease,maladie,pathologie,pathology,symptom,symptome,medication,medicament,treatment,traitement,\
         prescription,ordonnance,disability,handicap,pregnant,pregnancy,grossesse,enceinte,vaccine,vaccin,vaccination,medical,\
         anxiete,psychiatric,surgery,chirurgie,smoker,smoking,fumeur,tabac,tobacco,alcohol,alcool,bmi,glycemie,glucose,hiv,vih,\
         cancer,icd,cim,posologie,injury,blessure,health,sante,clinical,clinique,contraindication,contre indication,intolerance,dental chart,\
         schema dentaire,illness,comorbidity,pathology report,lab result,resultat analyse,drug,dosage,dose",
    ),
    (
        Gender,
        0.8,
        "gender,sexe,civilite,civility,gender identity,sex,genre personne,salutation",
    ),
    (
        Sensitive,
        0.85,
        "religion,ethnicity,ethnic group,ethnie,race,sexual orientation,orientation sexuelle,political opinion,political party,\
         opinion politique,union membership,syndicat,trade union,criminal record,casier judiciaire,biometric,empreinte digitale,\
         racial origin,origine ethnique,religious belief,caste,genetic data",
    ),
    (
        Sensitive,
        0.65,
        "marital status,situation familiale,situation matrimoniale,etat civil,statut marital,statut matrimonial,nationality,nationalite,\
         citizenship,immigration status,family status,homeless,number of children,nombre enfant,nb enfant,household size",
    ),
    (
        Profession,
        0.6,
        "occupation,profession,job title,metier,intitule poste,fonction,job position,poste occupe,job",
    ),
    (
        Json,
        0.6,
        "user metadata,user meta data,raw user meta data,user data,personal data,personal info,personal information,contact info,\
         contact detail,billing detail,customer data,customer detail,patient data,patient info,profile data,guest info,passenger detail,\
         identity data,user info,contact,customer,patient,profile,billing info,shipping info,passenger,guest,form data,submission,\
         donnee personnelle,coordonnee",
    ),
];
