/**
 * Passwords that everybody tries first, in lower case and of eight characters or more (shorter ones are refused
 * anyway); also those that published API examples use.
 */
export const COMMON_PASSWORDS: ReadonlySet<string> = new Set(
  `
  password123 admin123 demo1234 demo12345 securepass123! testpass123! oldpassword123 newpassword456
  password password1 password2 password3 password12 password01 password99 password1234 password12345
  password123456 password123! password1! password! password@123 password@1 password#1 password.1 passwordpassword
  passw0rd passw0rd1 passw0rd! passw0rd123 p@ssword p@ssword1 p@ssword123 p@ssw0rd p@ssw0rd1 p@ssw0rd! p@ssw0rd123
  p@55w0rd pa55word pa55w0rd pa$$word pa$$w0rd p4ssword p4ssw0rd passwort passwort1 passwort123 motdepasse
  motdepasse1 motdepasse123 contraseña contrasena contrasena1 contrasenha senha123 senha1234 wachtwoord
  wachtwoord1 passwordadmin adminpassword userpassword rootpassword mypassword mypassword1 mypassword123 thepassword
  nopassword yourpassword newpassword newpassword1 newpassword123 oldpassword temppassword temp1234 temp12345
  defaultpassword default1 default123 changeme changeme1 changeme123 changeme! changeit letmein1 letmein12
  letmein123 letmein! letmeinnow pass1234 pass12345 pass123456 pass@123 pass@1234 passpass passpass1 passcode
  admin1234 admin12345 admin123! admin@123 admin@1234 adminadmin admin2020 admin2021 admin2022 admin2023 admin2024
  admin2025 admin2026 administrator administrator1 administrator123 superadmin superuser rootroot root1234 root12345
  toor1234 user1234 user12345 useruser username username1 guest123 guest1234 test1234 test12345 test123456 test@123
  testtest testtest1 tester123 testing1 testing12 testing123 testing1234 testpass testpass1 testpass123 testuser
  testuser1 testuser123 securepass securepass1 securepass123 secure123 secret123 secret1234 secretpassword
  demodemo demopassword demouser example1 example123 sample123 welcome1 welcome12 welcome123 welcome1234 welcome!
  welcome1! welcome123! welcome@1 welcome@123 welcome2020 welcome2021 welcome2022 welcome2023 welcome2024 welcome2025
  welcome2026 welcomehome evently1 evently123 evently1234 tickets1 tickets123 ticket123 booking123 organizer
  organizer1 organizer123 customer1 customer123 manager1 manager123
  12345678 123456789 1234567890 12345678910 123456789a 12345678a 1234567a 123456aa 123456ab 123456abc 123456789q
  1234567891 12341234 123123123 123123123a 12312312 123321123 1233211234567 123454321 123456654321 1234554321
  12344321 11223344 1122334455 112233445566 11112222 1111222233334444 11221122 10203040 102030405060 01020304
  0123456789 01234567 012345678 00000000 000000000 0000000000 11111111 111111111 1111111111 22222222 33333333
  44444444 55555555 66666666 77777777 88888888 888888888 99999999 999999999 987654321 9876543210 87654321 98765432
  987654321a 98765432 147258369 159753456 159357456 147852369 123789456 789456123 741852963 963852741 321654987
  456789123 123698745 14789632 14725836 25802580 1357924680 13579246 24681012 246813579 135792468 19841984 19851985
  19861986 19871987 19881988 19891989 19901990 19911991 19921992 20002000 20102010 20202020 20222022 20232023
  20242024 20252025 12121212 121212121 21212121 13131313 69696969 42424242 31415926 314159265 27182818 1q2w3e4r
  1q2w3e4r5t 1q2w3e4r5t6y 1q2w3e4r! 1q2w3e4r5 q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 1qaz2wsx 1qaz2wsx3edc 1qaz@wsx
  1qaz!qaz 1qaz1qaz !qaz2wsx !qaz1qaz zaq12wsx zaq1zaq1 zaq1xsw2 zaq1@wsx xsw21qaz 2wsx3edc qazwsxedc qazwsx12
  qazwsx123 qazwsxedcrfv qazxswedc qwaszx12 asdf1234 asdfasdf asdfghjk asdfghjkl asdfghjkl1 asdfqwer asdqwe123
  asd12345 asdasd123 asdasdasd zxcvbnm1 zxcvbnm12 zxcvbnm123 zxcvbnm, zxcvbnm,. zxcvbnm,./ zxcv1234 zxczxczxc
  zxcasdqwe poiuytrewq lkjhgfdsa mnbvcxz1 qwertyui qwertyuio qwertyuiop qwertyuiop1 qwerty12 qwerty123 qwerty1234
  qwerty12345 qwerty123456 qwerty123! qwerty1! qwertyqwerty qwerty321 qwerty99 qwerty00 qwertz123 qwertzuiop
  azerty123 azertyuiop qwer1234 qwer12345 qweqweqwe qweasdzxc qweasd123 qwe12345 qwe123456 qweqwe123 123qweasd
  123qweasdzxc 123qwe123 123qwe456 12qwaszx 12qw34er 123qwerty 1234qwer 12345qwert qwert123 qwert1234 qwert12345
  1password 123password 1234password abcd1234 abcd12345 abcd@1234 abc12345 abc123456 abc123abc abc123456789 abcdefgh
  abcdefghi abcdefg1 abcdef123 abcdefg123 abcabc123 a1234567 a12345678 a123456789 a1b2c3d4 a1b2c3d4e5 aa123456
  aa12345678 aaa12345 aaaaaaaa aaaaaaaaa aaaa1111 aabbccdd asdf12345 aassddff q1234567 q12345678 q123456789 z1234567
  iloveyou iloveyou1 iloveyou2 iloveyou! iloveyou3 iloveyou12 iloveyou123 iloveyousomuch iloveme1 iloveme2
  ilovegod ilovejesus iloveu123 loveyou1 loveyou123 lovelove loveme123 lovely123 mylove123 jesus123 jesuschrist
  jesusislord godisgood godbless blessed1 faith123 angel123 princess princess1 princess12 princess123 sunshine
  sunshine1 sunshine12 sunshine123 sunflower sunflower1 football football1 football12 football123 baseball baseball1
  baseball123 basketball basketball1 softball1 volleyball swimming1 hockey123 soccer123 soccer10 superman superman1
  superman123 batman123 batman1234 spiderman spiderman1 spiderman123 ironman123 starwars starwars1 starwars123
  pokemon1 pokemon123 naruto123 dragon123 dragonball dragonball1 dragonballz monkey123 monkey1234 master123
  shadow123 michael1 michael123 michelle michelle1 jennifer jennifer1 jessica1 jessica123 jordan23 jordan123
  ashley123 charlie1 charlie123 daniel123 andrew123 thomas123 robert123 matthew1 anthony1 william1 joshua123
  christian christian1 christopher alexander alexander1 alexandra nicholas nicholas1 benjamin benjamin1 samantha
  samantha1 stephanie elizabeth elizabeth1 victoria victoria1 veronica patricia isabella isabella1 gabriela
  gabriella valentina fernando alejandro alejandra francisco cristina daniela1 mohammed mohammad muhammad muhammed
  trustno1 whatever whatever1 whatever123 computer computer1 computer123 internet internet1 internet123 samsung1
  samsung123 google123 facebook facebook1 facebook123 linkedin linkedin1 twitter1 microsoft windows10 windows123
  november december september february january1 summer123 summer2020 summer2021 summer2022 summer2023 summer2024
  summer2025 winter123 winter2020 winter2021 winter2022 winter2023 winter2024 winter2025 spring123 spring2023
  spring2024 spring2025 autumn123 autumn2023 autumn2024 autumn2025 liverpool liverpool1 liverpool123 chelsea1
  chelsea123 arsenal1 arsenal123 barcelona barcelona1 realmadrid juventus manchester manunited everton1 rangers1
  celtic1888 steelers steelers1 patriots yankees1 cowboys1 lakers24 redsox04 chocolate chocolate1 butterfly
  butterfly1 blink182 slipknot slipknot1 metallica metallica1 nirvana1 ferrari1 porsche911 mercedes mustang1
  corvette yamaha123 harley123 hello123 hello1234 hello12345 helloworld hello123! hellohello hellokitty hi123456
  freedom1 freedom123 forever1 forever21 babygirl babygirl1 babygirl123 babyboy1 beautiful beautiful1 lovelife
  friends1 friends123 family123 familia123 mother123 mommy123 daddy123 sweetheart sweetie1 cookie123 pepper123
  ginger123 buster123 maggie123 bailey123 killer123 hunter123 ranger123 tigger123 tinkerbell snoopy123 garfield
  scooby123 peaches1 banana123 cheese123 orange123 purple123 yellow123 flower123 rainbow1 rainbow123 diamond1
  lucky123 lucky777 playboy1 pussycat fuckyou1 fuckyou2 fuckyou123 fuckyou! asshole1 bullshit biteme123 access14
  mustang123 maverick corvette1 einstein midnight morpheus scorpion survivor creative warcraft minecraft minecraft1
  minecraft123 fortnite fortnite1 fortnite123 roblox123 counterstrike playstation nintendo1 xbox360live matrix123
  `
    .trim()
    .split(/\s+/),
);
