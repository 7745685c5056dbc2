Feature: Table 6.1, getting trouble tickets
  Tickets are searched in one of the contexts active, archived and all, by one of four kinds of criteria. By mRID or name
  they are shown with full details, by incident or usage point with limited ones: the columns of Tables 10.9 to 10.12,
  with what was sent or set. A search changes nothing.

  A ticket comes into the archive with its incident, so an archived ticket is always on a usage point.
  docs/steps.md explains the sentences, the columns and the values.

  # ---- Rows that every hosted operation shares

  @5.1-01 @GetTroubleTickets
  Scenario Outline: 5.1-01 Invalid verb: <verb>
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
    When trouble tickets are queried with the verb "<verb>" by:
      | ticket mRID |
      | alpha       |
    Then the reply is FAILED with these errors:
      | code | level | reason      | details            | {0}    |
      | 2.9  | FATAL | InvalidVerb | Invalid verb: {0}. | <verb> |
    And nothing has changed

    Examples: verbs of other operations, and one that no operation has
      | verb       |
      | created    |
      | change     |
      | frobnicate |

  @5.1-02 @GetTroubleTickets
  Scenario Outline: 5.1-02 Invalid noun: <noun>
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
    When trouble tickets are queried with the noun "<noun>" by:
      | ticket mRID |
      | alpha       |
    Then the reply is FAILED with these errors:
      | code | level | reason      | details            | {0}    |
      | 2.5  | FATAL | InvalidNoun | Invalid noun: {0}. | <noun> |
    And nothing has changed

    Examples: a noun of another operation, and one that no operation has
      | noun         |
      | CallBacks    |
      | ParkingFines |

  @5.1-02 @GetTroubleTickets
  Scenario: 5.1-02 The case of letters does not make a noun invalid
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
    When trouble tickets are queried with the noun "troubleTICKETS" by:
      | ticket mRID |
      | alpha       |
    Then the reply is OK without errors
    And the reply shows these tickets:
      | ticket |
      | alpha  |
    And nothing has changed

  @5.1-03 @GetTroubleTickets
  Scenario Outline: 5.1-03 Mandatory element missing: <element>
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
    When trouble tickets are queried without <element> by:
      | ticket mRID |
      | alpha       |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                                                      | {0} |
      | 1.8  | FATAL | InvalidMessage | Received message is invalid against xsd schema. Reason: {0}. | *   |
    And nothing has changed

    Examples:
      | element                   |
      | Header                    |
      | Header/Verb               |
      | Header/Noun               |
      | Request                   |
      | Request/GetTroubleTickets |

  @5.1-03 @GetTroubleTickets
  Scenario: 5.1-03 Element of the wrong type: a time in words
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
    When trouble tickets are queried with the timestamp "yesterday" by:
      | ticket mRID |
      | alpha       |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                                                      | {0} |
      | 1.8  | FATAL | InvalidMessage | Received message is invalid against xsd schema. Reason: {0}. | *   |
    And nothing has changed

  @5.1-04 @GetTroubleTickets
  Scenario: 5.1-04 Unable to process the request
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
    And the next message fails inside the target
    When trouble tickets are queried in context "active" by:
      | ticket mRID |
      | alpha       |
    Then a Server fault is returned with these errors:
      | code | level | reason              | details | {0} |
      | 5.3  | FATAL | InternalServerError | {0}.    | *   |
    And nothing has changed

  # ---- One kind of criteria, one context

  @6.1-01 @GetTroubleTickets
  Scenario: 6.1-01 An active ticket by mRID: what was reported
    Given these trouble tickets have been created:
      | ticket | usage point | trouble code              | hazards         | comment            | source     | language |
      | alpha  | home        | Flick Light/Partial Light | Line Down, Fire | The lamp flickers. | CallCenter | 21514    |
      | beta   | home        | Voltage Problem           | Gas Leak        | Not asked for.     | IVR        | 1033     |
    When trouble tickets are queried in context "active" by:
      | ticket mRID |
      | alpha       |
    Then the reply is OK without errors
    And the reply shows these tickets with full details:
      | ticket |
      | alpha  |
    And nothing has changed

  @6.1-01 @GetTroubleTickets
  Scenario: 6.1-01 An active ticket by mRID: by whom and when
    Given these trouble tickets have been created:
      | ticket | created | first call | csr   | call back | caller                                                                                     |
      | alpha  | -3h     | -2h        | csr-4 | yes       | Ada King Lovelace; email ada@example.org; landline +1 512 555 0101; mobile +1 512 555 0102 |
      | beta   | -2h     | -1h        | csr-5 | no        | Alan Turing; email alan@example.org                                                        |
    When trouble tickets are queried in context "active" by:
      | ticket mRID |
      | alpha       |
    Then the reply is OK without errors
    And the reply shows these tickets with full details:
      | ticket |
      | alpha  |
    And nothing has changed

  @6.1-01 @GetTroubleTickets
  Scenario: 6.1-01 An active ticket by mRID: under an incident
    Given a confirmed incident on the transformer of usage point "home":
      | comment                | cause   | subcause | crew       | estimated restoration | status     |
      | Storm damage, crew out | Weather | Wind     | Crew South | +3h                   | Dispatched |
    And these trouble tickets have been created:
      | ticket | usage point | comment        |
      | alpha  | home        | It hums.       |
      | beta   | home        | Not asked for. |
    When trouble tickets are queried in context "active" by:
      | ticket mRID |
      | alpha       |
    Then the reply is OK without errors
    And the reply shows these tickets with full details:
      | ticket | incident |
      | alpha  | home     |
    And nothing has changed

  @6.1-01 @GetTroubleTickets
  Scenario Outline: 6.1-01 An active ticket by mRID: at <what>
    Given these trouble tickets have been created:
      | ticket | usage point | location   | position   | call back |
      | alpha  |             | <location> | <position> | no        |
      | beta   |             |            |            | yes       |
    When trouble tickets are queried in context "active" by:
      | ticket mRID |
      | alpha       |
    Then the reply is OK without errors
    And the reply shows these tickets with full details:
      | ticket |
      | alpha  |
    And nothing has changed

    Examples:
      | what            | location                 | position         |
      | a pole          | known Pole               |                  |
      | an intersection | known StreetIntersection |                  |
      | a position      |                          | -97.7431,30.2672 |

  @6.1-01 @GetTroubleTickets
  Scenario: 6.1-01 An archived ticket by mRID: what was reported
    Given these trouble tickets have been archived with incident "old storm":
      | ticket | usage point | trouble code              | hazards         | comment            | source     | language |
      | alpha  | home        | Flick Light/Partial Light | Line Down, Fire | The lamp flickers. | CallCenter | 21514    |
      | beta   | home        | Voltage Problem           | Gas Leak        | Not asked for.     | IVR        | 1033     |
    When trouble tickets are queried in context "archived" by:
      | ticket mRID |
      | alpha       |
    Then the reply is OK without errors
    And the reply shows these tickets with full details:
      | ticket | store    | incident  |
      | alpha  | archived | old storm |
    And nothing has changed

  @6.1-01 @GetTroubleTickets
  Scenario: 6.1-01 An archived ticket by mRID: by whom and when
    Given these trouble tickets have been archived with incident "old storm":
      | ticket | usage point | created | first call | csr   | call back | caller                                                                                     |
      | alpha  | home        | -3h     | -2h        | csr-4 | no        | Ada King Lovelace; email ada@example.org; landline +1 512 555 0101; mobile +1 512 555 0102 |
      | beta   | home        | -2h     | -1h        | csr-5 | no        | Alan Turing; email alan@example.org                                                        |
    When trouble tickets are queried in context "archived" by:
      | ticket mRID |
      | alpha       |
    Then the reply is OK without errors
    And the reply shows these tickets with full details:
      | ticket | store    | incident  |
      | alpha  | archived | old storm |
    And nothing has changed

  @6.1-01 @GetTroubleTickets
  Scenario: 6.1-01 Several mRIDs
    Given these trouble tickets have been created:
      | ticket | comment            |
      | alpha  | The lamp flickers. |
      | beta   | Not asked for.     |
      | gamma  | The lamp is dark.  |
    When trouble tickets are queried in context "active" by:
      | ticket mRID |
      | alpha       |
      | gamma       |
    Then the reply is OK without errors
    And the reply shows these tickets with full details:
      | ticket |
      | alpha  |
      | gamma  |
    And nothing has changed

  @6.1-02 @GetTroubleTickets
  Scenario: 6.1-02 Active tickets by name
    Given these trouble tickets have been created:
      | ticket | trouble code    | hazards  | comment            | source     | language | created | csr   | caller                               |
      | alpha  | Voltage Problem | Gas Leak | The lamp flickers. | CallCenter | 1033     | -3h     | csr-4 | Ada Lovelace; email ada@example.org  |
      | beta   | Other           | Fire     | Not asked for.     | IVR        | 1033     | -2h     | csr-5 | Alan Turing; email alan@example.org  |
      | gamma  | Momentary       |          | The lamp is dark.  | Portal     | 21514    | -1h     | csr-6 | Grace Hopper; mobile +1 512 555 0104 |
    When trouble tickets are queried in context "active" by:
      | ticket name |
      | alpha       |
      | gamma       |
    Then the reply is OK without errors
    And the reply shows these tickets with full details:
      | ticket |
      | alpha  |
      | gamma  |
    And nothing has changed

  @6.1-02 @GetTroubleTickets
  Scenario: 6.1-02 Archived tickets by name
    Given these trouble tickets have been archived with incident "old storm":
      | ticket | usage point | trouble code    | hazards  | comment            | source | created | first call | csr   | caller                              |
      | alpha  | home        | Voltage Problem | Gas Leak | The lamp flickers. | Portal | -3h     | -2h        | csr-4 | Ada Lovelace; email ada@example.org |
      | beta   | home        | Other           | Fire     | Not asked for.     | IVR    | -2h     | -1h        | csr-5 | Alan Turing; email alan@example.org |
    When trouble tickets are queried in context "archived" by:
      | ticket name |
      | alpha       |
    Then the reply is OK without errors
    And the reply shows these tickets with full details:
      | ticket | store    | incident  |
      | alpha  | archived | old storm |
    And nothing has changed

  @6.1-03 @GetTroubleTickets
  Scenario: 6.1-03 Active tickets by incident
    Given a confirmed incident on the transformer of usage point "home":
      | comment                | cause   | subcause | crew       | estimated restoration |
      | Storm damage, crew out | Weather | Wind     | Crew South | +3h                   |
    # Nobody asks for a callback: one would be left in the queue when the incident is restored afterwards.
    And these trouble tickets have been created:
      | ticket | usage point | trouble code    | comment            | source     | language | created | csr   | call back | hazards  | caller                              |
      | alpha  | home        | Voltage Problem | The lamp flickers. | CallCenter | 1033     | -3h     | csr-4 | no        | Gas Leak | Ada Lovelace; email ada@example.org |
      | beta   | home        | Other           | The lamp is dark.  | Portal     | 21514    | -2h     | csr-5 | no        | Fire     | Alan Turing; email alan@example.org |
      | gamma  | far away    | Voltage Problem | Not asked for.     | IVR        | 1033     | -2h     | csr-5 | no        | Fire     | Alan Turing; email alan@example.org |
    When trouble tickets are queried in context "active" by:
      | incident |
      | home     |
    Then the reply is OK without errors
    And the reply shows these tickets with limited details:
      | ticket |
      | alpha  |
      | beta   |
    And nothing has changed

  @6.1-03 @GetTroubleTickets
  Scenario: 6.1-03 Archived tickets by incident
    Given these trouble tickets have been archived with incident "old storm":
      | ticket | usage point | trouble code    | comment            | source     | language | created | csr   | call back | hazards  | caller                              |
      | alpha  | home        | Voltage Problem | The lamp flickers. | CallCenter | 1033     | -3h     | csr-4 | no        | Gas Leak | Ada Lovelace; email ada@example.org |
      | beta   | home        | Other           | The lamp is dark.  | Portal     | 21514    | -2h     | csr-5 | no        | Fire     | Alan Turing; email alan@example.org |
    And these trouble tickets have been archived with incident "older storm":
      | ticket | usage point | comment        |
      | gamma  | shop        | Not asked for. |
    When trouble tickets are queried in context "archived" by:
      | incident  |
      | old storm |
    Then the reply is OK without errors
    And the reply shows these tickets with limited details:
      | ticket | store    |
      | alpha  | archived |
      | beta   | archived |
    And nothing has changed

  @6.1-04 @GetTroubleTickets
  Scenario: 6.1-04 Active tickets by usage point
    Given these trouble tickets have been archived with incident "old storm":
      | ticket | usage point | comment        |
      | delta  | home        | Not asked for. |
    And these trouble tickets have been created:
      | ticket | usage point | trouble code    | comment            | source     | language | created | csr   | call back | hazards  | caller                              |
      | alpha  | home        | Voltage Problem | The lamp flickers. | CallCenter | 1033     | -3h     | csr-4 | yes       | Gas Leak | Ada Lovelace; email ada@example.org |
      | beta   | home        | Other           | The lamp is dark.  | Portal     | 21514    | -2h     | csr-5 | no        | Fire     | Alan Turing; email alan@example.org |
      | gamma  | shop        | Voltage Problem | Not asked for.     | IVR        | 1033     | -2h     | csr-5 | no        | Fire     | Alan Turing; email alan@example.org |
    When trouble tickets are queried in context "active" by:
      | usage point |
      | home        |
    Then the reply is OK without errors
    And the reply shows these tickets with limited details:
      | ticket |
      | alpha  |
      | beta   |
    And nothing has changed

  @6.1-04 @GetTroubleTickets
  Scenario: 6.1-04 Archived tickets by usage point
    Given these trouble tickets have been archived with incident "old storm":
      | ticket | usage point | trouble code    | comment            | source     | language | created | csr   | call back | hazards  | caller                              |
      | alpha  | home        | Voltage Problem | The lamp flickers. | CallCenter | 1033     | -3h     | csr-4 | no        | Gas Leak | Ada Lovelace; email ada@example.org |
      | beta   | home        | Other           | The lamp is dark.  | Portal     | 21514    | -2h     | csr-5 | no        | Fire     | Alan Turing; email alan@example.org |
    And these trouble tickets have been created:
      | ticket | usage point | comment        |
      | gamma  | home        | Not asked for. |
    When trouble tickets are queried in context "archived" by:
      | usage point |
      | home        |
    Then the reply is OK without errors
    And the reply shows these tickets with limited details:
      | ticket | store    |
      | alpha  | archived |
      | beta   | archived |
    And nothing has changed

  # ---- Both stores at once

  @6.1-13 @GetTroubleTickets
  Scenario Outline: 6.1-13 Active and archived tickets by <criterion>
    Given these trouble tickets have been archived with incident "old storm":
      | ticket | usage point |
      | alpha  | home        |
    And these trouble tickets have been created:
      | ticket | usage point |
      | beta   | home        |
    When trouble tickets are queried in context "all" by:
      | <criterion> |
      | alpha       |
      | beta        |
    Then the reply is OK without errors
    And the reply shows these tickets:
      | ticket | store    |
      | beta   | active   |
      | alpha  | archived |
    And nothing has changed

    Examples:
      | criterion   |
      | ticket mRID |
      | ticket name |

  @6.1-13 @GetTroubleTickets
  Scenario: 6.1-13 Active and archived tickets by usage point
    Given these trouble tickets have been archived with incident "old storm":
      | ticket | usage point |
      | alpha  | home        |
    And these trouble tickets have been created:
      | ticket | usage point |
      | beta   | home        |
      | gamma  | shop        |
    When trouble tickets are queried in context "all" by:
      | usage point |
      | home        |
    Then the reply is OK without errors
    And the reply shows these tickets:
      | ticket | store    |
      | beta   | active   |
      | alpha  | archived |
    And nothing has changed

  @6.1-13 @GetTroubleTickets
  Scenario: 6.1-13 Active and archived tickets by incidents
    Given these trouble tickets have been archived with incident "old storm":
      | ticket | usage point |
      | alpha  | home        |
    And a confirmed incident on the transformer of usage point "shop":
      | comment                | cause   | subcause | crew       | estimated restoration |
      | Storm damage, crew out | Weather | Wind     | Crew South | +3h                   |
    And these trouble tickets have been created:
      | ticket | usage point |
      | beta   | shop        |
      | gamma  | far away    |
    When trouble tickets are queried in context "all" by:
      | incident  |
      | old storm |
      | shop      |
    Then the reply is OK without errors
    And the reply shows these tickets:
      | ticket | store    |
      | beta   | active   |
      | alpha  | archived |
    And nothing has changed

  # ---- More than one contact

  @6.1-14 @GetTroubleTickets
  Scenario: 6.1-14 The first contact of each type, where none is preferred
    Given these trouble tickets have been created:
      | ticket | caller                                                        |
      | alpha  | Ada Lovelace; email ada@example.org; landline +1 512 555 0101 |
    And trouble ticket "alpha" has got these contacts from operators:
      | person       | type   | value                | preferred |
      | Ada Lovelace | email  | lovelace@example.org |           |
      | Ada Lovelace | mobile | +1 512 555 0102      |           |
      | Ada Lovelace | mobile | +1 512 555 0103      |           |
    When trouble tickets are queried in context "active" by:
      | ticket mRID |
      | alpha       |
    Then the reply is OK without errors
    And the reply shows these tickets:
      | ticket | person       | email           | landline        | mobile          |
      | alpha  | Ada Lovelace | ada@example.org | +1 512 555 0101 | +1 512 555 0102 |
    And nothing has changed

  @6.1-14 @GetTroubleTickets
  Scenario Outline: 6.1-14 The preferred contact of its type, by <criterion>
    Given these trouble tickets have been created:
      | ticket | caller                                                        |
      | alpha  | Ada Lovelace; email ada@example.org; landline +1 512 555 0101 |
    And trouble ticket "alpha" has got these contacts from operators:
      | person       | type   | value                | preferred |
      | Ada Lovelace | email  | lovelace@example.org | yes       |
      | Ada Lovelace | mobile | +1 512 555 0102      |           |
      | Ada Lovelace | mobile | +1 512 555 0103      | yes       |
    When trouble tickets are queried in context "active" by:
      | <criterion> |
      | alpha       |
    Then the reply is OK without errors
    And the reply shows these tickets:
      | ticket | person       | email                | landline        | mobile          |
      | alpha  | Ada Lovelace | lovelace@example.org | +1 512 555 0101 | +1 512 555 0103 |
    And nothing has changed

    Examples:
      | criterion   |
      | ticket mRID |
      | ticket name |

  @6.1-14 @GetTroubleTickets
  Scenario: 6.1-14 Contacts of several people, one of them preferred
    Given these trouble tickets have been created:
      | ticket | caller                                                        |
      | alpha  | Ada Lovelace; email ada@example.org; landline +1 512 555 0101 |
    And trouble ticket "alpha" has got these contacts from operators:
      | person          | type   | value               | preferred |
      | Charles Babbage | email  | charles@example.org | yes       |
      | Charles Babbage | mobile | +1 512 555 0103     |           |
    When trouble tickets are queried in context "active" by:
      | ticket mRID |
      | alpha       |
    Then the reply is OK without errors
    And the reply shows these tickets:
      | ticket | person       | email               | landline        | mobile          |
      | alpha  | Ada Lovelace | charles@example.org | +1 512 555 0101 | +1 512 555 0103 |
    And nothing has changed

  @6.1-14 @GetTroubleTickets
  Scenario: 6.1-14 Archived tickets: the preferred contact of its type, or else the first
    Given a confirmed incident on the transformer of usage point "home":
      | comment       | cause   | subcause  | crew       | estimated restoration |
      | Pole replaced | Vehicle | Collision | Crew North | +2h                   |
    And these trouble tickets have been created:
      | ticket | usage point | caller                                                        |
      | alpha  | home        | Ada Lovelace; email ada@example.org; landline +1 512 555 0101 |
      | beta   | home        | Grace Hopper; email grace@example.org; mobile +1 512 555 0104 |
    And trouble ticket "alpha" has got these contacts from operators:
      | person       | type   | value                | preferred |
      | Ada Lovelace | email  | lovelace@example.org | yes       |
      | Ada Lovelace | mobile | +1 512 555 0102      |           |
      | Ada Lovelace | mobile | +1 512 555 0103      | yes       |
    And trouble ticket "beta" has got these contacts from operators:
      | person       | type     | value              | preferred |
      | Grace Hopper | email    | hopper@example.org |           |
      | Grace Hopper | landline | +1 512 555 0105    |           |
      | Grace Hopper | landline | +1 512 555 0106    |           |
    And incident "home" has been archived with its tickets
    When trouble tickets are queried in context "archived" by:
      | ticket mRID |
      | alpha       |
      | beta        |
    Then the reply is OK without errors
    And the reply shows these tickets:
      | ticket | store    | person       | email                | landline        | mobile          |
      | alpha  | archived | Ada Lovelace | lovelace@example.org | +1 512 555 0101 | +1 512 555 0103 |
      | beta   | archived | Grace Hopper | grace@example.org    | +1 512 555 0105 | +1 512 555 0104 |
    And nothing has changed

  # ---- Nothing to show

  @6.1-06 @GetTroubleTickets
  Scenario Outline: 6.1-06 Ticket mRIDs that nobody knows, in context <context>
    When trouble tickets are queried in context "<context>" by:
      | ticket mRID   |
      | unknown ghost |
      | unknown shade |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                     | {0}          |
      | 2.7  | FATAL | EntityNotFound | Invalid entity mRID(s): {0} | ghost, shade |
    And nothing has changed

    Examples:
      | context  |
      | active   |
      | archived |
      | all      |

  @6.1-06 @GetTroubleTickets
  Scenario: 6.1-06 Some ticket mRIDs that nobody knows
    Given these trouble tickets have been created:
      | ticket | comment            |
      | alpha  | The lamp flickers. |
    When trouble tickets are queried in context "active" by:
      | ticket mRID   |
      | unknown ghost |
      | alpha         |
    Then the reply is PARTIAL with these errors:
      | code | level | reason         | details                     | {0}   |
      | 2.7  | FATAL | EntityNotFound | Invalid entity mRID(s): {0} | ghost |
    And the reply shows these tickets:
      | ticket |
      | alpha  |
    And nothing has changed

  @6.1-06 @GetTroubleTickets
  Scenario: 6.1-06 An active ticket is not in the archive
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
    When trouble tickets are queried in context "archived" by:
      | ticket mRID |
      | alpha       |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                     | {0}           |
      | 2.7  | FATAL | EntityNotFound | Invalid entity mRID(s): {0} | mRID of alpha |
    And nothing has changed

  @6.1-06 @GetTroubleTickets
  Scenario: 6.1-06 An archived ticket is not active
    Given these trouble tickets have been archived with incident "old storm":
      | ticket | usage point |
      | alpha  | home        |
    When trouble tickets are queried in context "active" by:
      | ticket mRID |
      | alpha       |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                     | {0}           |
      | 2.7  | FATAL | EntityNotFound | Invalid entity mRID(s): {0} | mRID of alpha |
    And nothing has changed

  @6.1-07 @GetTroubleTickets
  Scenario Outline: 6.1-07 Ticket names that nobody knows, in context <context>
    When trouble tickets are queried in context "<context>" by:
      | ticket name   |
      | unknown ghost |
      | unknown shade |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                             | {0}          |
      | 2.7  | FATAL | EntityNotFound | Invalid Trouble Ticket name(s): {0} | ghost, shade |
    And nothing has changed

    Examples:
      | context  |
      | active   |
      | archived |
      | all      |

  @6.1-07 @GetTroubleTickets
  Scenario: 6.1-07 Some ticket names that nobody knows
    Given these trouble tickets have been created:
      | ticket | comment            |
      | alpha  | The lamp flickers. |
    When trouble tickets are queried in context "active" by:
      | ticket name   |
      | alpha         |
      | unknown ghost |
    Then the reply is PARTIAL with these errors:
      | code | level | reason         | details                             | {0}   |
      | 2.7  | FATAL | EntityNotFound | Invalid Trouble Ticket name(s): {0} | ghost |
    And the reply shows these tickets:
      | ticket |
      | alpha  |
    And nothing has changed

  @6.1-07 @GetTroubleTickets
  Scenario: 6.1-07 The name of an active ticket is not in the archive
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
    When trouble tickets are queried in context "archived" by:
      | ticket name |
      | alpha       |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                             | {0}           |
      | 2.7  | FATAL | EntityNotFound | Invalid Trouble Ticket name(s): {0} | name of alpha |
    And nothing has changed

  @6.1-08 @GetTroubleTickets
  Scenario Outline: 6.1-08 A usage point without tickets, in context <context>
    When trouble tickets are queried in context "<context>" by:
      | usage point |
      | home        |
    Then the reply is OK with these errors:
      | code | level  | reason         | details                                                    | {0}              |
      | 2.7  | INFORM | EntityNotFound | No trouble tickets found for provided search criteria: {0} | usage point home |
    And the reply shows no tickets
    And nothing has changed

    Examples:
      | context  |
      | active   |
      | archived |
      | all      |

  @6.1-08 @GetTroubleTickets
  Scenario: 6.1-08 A usage point with archived tickets only
    Given these trouble tickets have been archived with incident "old storm":
      | ticket | usage point |
      | alpha  | home        |
    When trouble tickets are queried in context "active" by:
      | usage point |
      | home        |
    Then the reply is OK with these errors:
      | code | level  | reason         | details                                                    | {0}              |
      | 2.7  | INFORM | EntityNotFound | No trouble tickets found for provided search criteria: {0} | usage point home |
    And the reply shows no tickets
    And nothing has changed

  @6.1-08 @GetTroubleTickets
  Scenario: 6.1-08 A usage point with active tickets only
    Given these trouble tickets have been created:
      | ticket | usage point |
      | alpha  | home        |
    When trouble tickets are queried in context "archived" by:
      | usage point |
      | home        |
    Then the reply is OK with these errors:
      | code | level  | reason         | details                                                    | {0}              |
      | 2.7  | INFORM | EntityNotFound | No trouble tickets found for provided search criteria: {0} | usage point home |
    And the reply shows no tickets
    And nothing has changed

  @6.1-08 @GetTroubleTickets
  Scenario: 6.1-08 A usage point that nobody knows
    When trouble tickets are queried in context "active" by:
      | usage point     |
      | unknown nowhere |
    Then the reply is OK with these errors:
      | code | level  | reason         | details                                                    | {0}     |
      | 2.7  | INFORM | EntityNotFound | No trouble tickets found for provided search criteria: {0} | nowhere |
    And the reply shows no tickets
    And nothing has changed

  @6.1-09 @GetTroubleTickets
  Scenario Outline: 6.1-09 Incident mRIDs that nobody knows, in context <context>
    When trouble tickets are queried in context "<context>" by:
      | incident      |
      | unknown storm |
      | unknown flood |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                     | {0}          |
      | 2.7  | FATAL | EntityNotFound | Invalid entity mRID(s): {0} | storm, flood |
    And nothing has changed

    Examples:
      | context  |
      | active   |
      | archived |
      | all      |

  @6.1-09 @GetTroubleTickets
  Scenario: 6.1-09 Some incident mRIDs that nobody knows
    Given a confirmed incident on the transformer of usage point "home":
      | comment                | cause   | subcause | crew       | estimated restoration |
      | Storm damage, crew out | Weather | Wind     | Crew South | +3h                   |
    And these trouble tickets have been created:
      | ticket | usage point |
      | alpha  | home        |
    When trouble tickets are queried in context "active" by:
      | incident      |
      | unknown storm |
      | home          |
    Then the reply is PARTIAL with these errors:
      | code | level | reason         | details                     | {0}   |
      | 2.7  | FATAL | EntityNotFound | Invalid entity mRID(s): {0} | storm |
    And the reply shows these tickets:
      | ticket |
      | alpha  |
    And nothing has changed

  @6.1-12 @GetTroubleTickets
  Scenario Outline: 6.1-12 An active incident without tickets, in context <context>
    Given a confirmed incident on the transformer of usage point "home":
      | comment                | cause   | subcause | crew       | estimated restoration |
      | Storm damage, crew out | Weather | Wind     | Crew South | +3h                   |
    When trouble tickets are queried in context "<context>" by:
      | incident |
      | home     |
    Then the reply is OK with these errors:
      | code | level  | reason         | details                                                    | {0}           |
      | 2.7  | INFORM | EntityNotFound | No trouble tickets found for provided search criteria: {0} | incident home |
    And the reply shows no tickets
    And nothing has changed

    Examples:
      | context |
      | active  |
      | all     |

  @6.1-12 @GetTroubleTickets
  Scenario: 6.1-12 An archived incident without tickets
    Given an archived incident "old storm" without tickets
    When trouble tickets are queried in context "archived" by:
      | incident  |
      | old storm |
    Then the reply is OK with these errors:
      | code | level  | reason         | details                                                    | {0}                |
      | 2.7  | INFORM | EntityNotFound | No trouble tickets found for provided search criteria: {0} | incident old storm |
    And the reply shows no tickets
    And nothing has changed

  @6.1-12 @GetTroubleTickets
  Scenario: 6.1-12 The tickets of an archived incident are not active
    Given these trouble tickets have been archived with incident "old storm":
      | ticket | usage point |
      | alpha  | home        |
    When trouble tickets are queried in context "active" by:
      | incident  |
      | old storm |
    Then the reply is OK with these errors:
      | code | level  | reason         | details                                                    | {0}                |
      | 2.7  | INFORM | EntityNotFound | No trouble tickets found for provided search criteria: {0} | incident old storm |
    And the reply shows no tickets
    And nothing has changed

  @6.1-12 @GetTroubleTickets
  Scenario: 6.1-12 The tickets of an active incident are not archived
    Given a confirmed incident on the transformer of usage point "home":
      | comment                | cause   | subcause | crew       | estimated restoration |
      | Storm damage, crew out | Weather | Wind     | Crew South | +3h                   |
    And these trouble tickets have been created:
      | ticket | usage point |
      | alpha  | home        |
    When trouble tickets are queried in context "archived" by:
      | incident |
      | home     |
    Then the reply is OK with these errors:
      | code | level  | reason         | details                                                    | {0}           |
      | 2.7  | INFORM | EntityNotFound | No trouble tickets found for provided search criteria: {0} | incident home |
    And the reply shows no tickets
    And nothing has changed

  # ---- Searches that cannot be run

  @6.1-05 @GetTroubleTickets
  Scenario: 6.1-05 No context
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
    When trouble tickets are queried without Header/Context by:
      | ticket mRID |
      | alpha       |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                               |
      | 2.7  | FATAL | ContextMissing | Context element not found in message. |
    And nothing has changed

  @6.1-15 @GetTroubleTickets
  Scenario Outline: 6.1-15 A context that does not exist: <context>
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
    When trouble tickets are queried in context "<context>" by:
      | ticket mRID |
      | alpha       |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details               | {0}       |
      | 2.7  | FATAL | InvalidContext | Invalid context: {0}. | <context> |
    And nothing has changed

    Examples: another word, and one that only begins like a context
      | context |
      | recent  |
      | archive |

  @6.1-15 @GetTroubleTickets
  Scenario Outline: 6.1-15 The case of letters does not matter in a context: <context>
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
    When trouble tickets are queried in context "<context>" by:
      | ticket mRID |
      | alpha       |
    Then the reply is OK without errors
    And the reply shows these tickets:
      | ticket |
      | alpha  |
    And nothing has changed

    Examples:
      | context |
      | Active  |
      | ALL     |

  @6.1-10 @GetTroubleTickets
  Scenario: 6.1-10 No entry
    When trouble tickets are queried in context "active" by:
      | ticket mRID |
    Then the reply is FAILED with these errors:
      | code | level | reason                | details                                             |
      | 1.2  | FATAL | SearchCriteriaMissing | Search criteria is not provided in request message. |
    And nothing has changed

  @6.1-10 @GetTroubleTickets
  Scenario: 6.1-10 An entry without a criterion
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
    When trouble tickets are queried in context "all" by:
      | ticket mRID |
      |             |
    Then the reply is FAILED with these errors:
      | code | level | reason                | details                                             |
      | 1.2  | FATAL | SearchCriteriaMissing | Search criteria is not provided in request message. |
    And nothing has changed

  @6.1-11 @GetTroubleTickets
  Scenario Outline: 6.1-11 Criteria of several kinds in one entry: <one> and <other>
    Given these trouble tickets have been created:
      | ticket | usage point |
      | alpha  | home        |
    And a confirmed incident on the transformer of usage point "home":
      | comment                | cause   | subcause | crew       | estimated restoration |
      | Storm damage, crew out | Weather | Wind     | Crew South | +3h                   |
    When trouble tickets are queried in context "active" by:
      | <one>   | <other>  |
      | <first> | <second> |
    Then the reply is FAILED with these errors:
      | code | level | reason                         | details                                               |
      | 1.2  | FATAL | MultipleSearchCriteriaProvided | Multiple search criteria provided in request message. |
    And nothing has changed

    Examples:
      | one         | first | other       | second |
      | ticket mRID | alpha | ticket name | alpha  |
      | ticket name | alpha | usage point | home   |
      | usage point | home  | incident    | home   |

  @6.1-11 @GetTroubleTickets
  Scenario Outline: 6.1-11 Criteria of several kinds in two entries: <one> and <other>
    Given these trouble tickets have been created:
      | ticket | usage point |
      | alpha  | home        |
    And a confirmed incident on the transformer of usage point "home":
      | comment                | cause   | subcause | crew       | estimated restoration |
      | Storm damage, crew out | Weather | Wind     | Crew South | +3h                   |
    When trouble tickets are queried in context "active" by:
      | <one>   | <other>  |
      | <first> |          |
      |         | <second> |
    Then the reply is FAILED with these errors:
      | code | level | reason                         | details                                               |
      | 1.2  | FATAL | MultipleSearchCriteriaProvided | Multiple search criteria provided in request message. |
    And nothing has changed

    Examples:
      | one         | first | other       | second |
      | ticket mRID | alpha | usage point | home   |
      | incident    | home  | ticket name | alpha  |
