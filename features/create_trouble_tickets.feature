Feature: Table 5.1, creating trouble tickets
  Every row of the table is a rule, or a situation in which tickets come about. A scenario of a row goes beyond plain
  tickets only where its own row does, so that a wrong rule shows in its row and in no other.

  A plain ticket is on a usage point of its own, which is energized and has no active tickets, and reports a Voltage
  Problem. docs/steps.md explains the sentences, the columns and the values.

  # ---- Rows that every hosted operation shares

  @5.1-01 @CreatedTroubleTickets
  Scenario Outline: 5.1-01 Invalid verb: <verb>
    When these trouble tickets are sent with the verb "<verb>":
      | ticket |
      | first  |
      | second |
    Then the reply is FAILED with these errors:
      | code | level | reason      | details            | {0}    |
      | 2.9  | FATAL | InvalidVerb | Invalid verb: {0}. | <verb> |
    And nothing is stored

    Examples: verbs of other operations, and one that no operation has
      | verb       |
      | get        |
      | closed     |
      | frobnicate |

  @5.1-02 @CreatedTroubleTickets
  Scenario Outline: 5.1-02 Invalid noun: <noun>
    When these trouble tickets are sent with the noun "<noun>":
      | ticket |
      | first  |
      | second |
    Then the reply is FAILED with these errors:
      | code | level | reason      | details            | {0}    |
      | 2.5  | FATAL | InvalidNoun | Invalid noun: {0}. | <noun> |
    And nothing is stored

    Examples: a noun of another operation, and one that no operation has
      | noun         |
      | CallBacks    |
      | ParkingFines |

  @5.1-02 @CreatedTroubleTickets
  Scenario: 5.1-02 The case of letters does not make a noun invalid
    When these trouble tickets are sent with the noun "troubleTICKETS":
      | ticket |
      | first  |
    Then the reply is OK without errors
    And these tickets are stored, and nothing else:
      | ticket |
      | first  |

  @5.1-03 @CreatedTroubleTickets
  Scenario Outline: 5.1-03 Mandatory element missing: <element>
    When these trouble tickets are sent without <element>:
      | ticket |
      | first  |
      | second |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                                                      | {0} |
      | 1.8  | FATAL | InvalidMessage | Received message is invalid against xsd schema. Reason: {0}. | *   |
    And nothing is stored

    Examples:
      | element                |
      | Header                 |
      | Header/Verb            |
      | Header/Noun            |
      | Payload                |
      | Payload/TroubleTickets |

  @5.1-03 @CreatedTroubleTickets
  Scenario Outline: 5.1-03 Element of the wrong type: <what>
    When these trouble tickets are sent:
      | ticket | language   | created   |
      | first  | 1033       | -1h       |
      | second | <language> | <created> |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                                                      | {0} |
      | 1.8  | FATAL | InvalidMessage | Received message is invalid against xsd schema. Reason: {0}. | *   |
    And nothing is stored

    Examples:
      | what                | language | created   |
      | a language in words | English  | -1h       |
      | a time in words     | 1033     | yesterday |

  @5.1-04 @CreatedTroubleTickets
  Scenario: 5.1-04 Unable to process the request
    Given the next message fails inside the target
    When these trouble tickets are sent:
      | ticket |
      | first  |
      | second |
      | third  |
    Then a Server fault is returned with these errors:
      | code | level | reason              | details | {0} |
      | 5.3  | FATAL | InternalServerError | {0}.    | *   |
    And nothing is stored

  # ---- Customers, and where they are

  @5.1-05 @CreatedTroubleTickets
  Scenario: 5.1-05 Customers not affected by an incident
    When these trouble tickets are sent:
      | ticket | usage point | csr    | caller                                                                                     |
      | first  | home        | csr-4  | Ada King Lovelace; email ada@example.org; landline +1 512 555 0101; mobile +1 512 555 0102 |
      | second | shop        | csr-12 | Charles Babbage; mobile +1 512 555 0103                                                    |
    Then the reply is OK without errors
    And the reply carries these tickets:
      | ticket | usage point | status | previous tickets | incident |
      | first  | home        | any    | 0                |          |
      | second | shop        | any    | 0                |          |
    And these tickets are stored, and nothing else:
      | ticket | located     |
      | first  | usage point |
      | second | usage point |

  @5.1-05 @CreatedTroubleTickets
  Scenario: 5.1-05 Customers who have called before
    Given these trouble tickets have been created:
      | ticket | usage point |
      | alpha  | home        |
      | beta   | home        |
      | gamma  | shop        |
    When these trouble tickets are sent:
      | ticket | usage point |
      | first  | home        |
      | second | shop        |
      | third  | barn        |
    Then the reply is OK without errors
    And the reply carries these tickets:
      | ticket | usage point | previous tickets | incident |
      | first  | home        | 2                |          |
      | second | shop        | 1                |          |
      | third  | barn        | 0                |          |
    And these tickets are stored, and nothing else:
      | ticket | located     |
      | first  | usage point |
      | second | usage point |
      | third  | usage point |

  @5.1-06 @CreatedTroubleTickets
  Scenario: 5.1-06 Customers affected by a confirmed incident
    Given a confirmed incident on the transformer of usage point "home":
      | comment                | cause   | subcause | crew       | estimated restoration | status     |
      | Storm damage, crew out | Weather | Wind     | Crew South | +3h                   | Dispatched |
    When these trouble tickets are sent:
      | ticket | usage point |
      | first  | home        |
      | second | far away    |
    Then the reply is OK without errors
    And the reply carries these tickets:
      | ticket | status      | incident |
      | first  | Deenergized | yes      |
      | second | *           |          |
    And these tickets are stored, and nothing else:
      | ticket | usage point | located     |
      | first  | home        | usage point |
      | second | *           | *           |

  @5.1-07 @CreatedTroubleTickets
  Scenario: 5.1-07 Customers that the model does not know
    When these trouble tickets are sent:
      | ticket | usage point |
      | first  | unknown     |
      | second | unknown     |
    Then the reply is OK without errors
    And these tickets are stored, and nothing else:
      | ticket | usage point | located |
      | first  |             |         |
      | second |             |         |

  @5.1-08 @CreatedTroubleTickets
  Scenario: 5.1-08 Neither usage point nor location nor position
    When these trouble tickets are sent:
      | ticket | usage point |
      | first  |             |
      | second | blank       |
    Then the reply is OK without errors
    And these tickets are stored, and nothing else:
      | ticket | usage point | located |
      | first  |             |         |
      | second |             |         |

  @5.1-09 @CreatedTroubleTickets
  Scenario: 5.1-09 Usage point, and a location or position beside it
    When these trouble tickets are sent:
      | ticket | usage point | location   | position         |
      | first  | home        | known Pole |                  |
      | second | shop        |            | -97.7431,30.2672 |
    Then the reply is OK without errors
    And these tickets are stored, and nothing else:
      | ticket | usage point | located     | location | position |
      | first  | home        | usage point | as sent  | *        |
      | second | shop        | usage point |          | kept     |

  @5.1-10 @CreatedTroubleTickets
  Scenario Outline: 5.1-10 Location and position: the location counts (<type>)
    When these trouble tickets are sent:
      | ticket | usage point | location     | position         |
      | first  |             | known <type> | -97.7431,30.2672 |
    Then the reply is OK without errors
    And these tickets are stored, and nothing else:
      | ticket | usage point | located  | position        |
      | first  |             | landbase | of the landmark |

    Examples:
      | type        |
      | Transformer |
      | Address     |

  # ---- What is wrong with a ticket, and what becomes of it

  @5.1-11 @CreatedTroubleTickets
  Scenario: 5.1-11 Comments that exceed the limit
    When these trouble tickets are sent:
      | ticket | comment            |
      | first  | The lamp flickers. |
      | second | x*limit+1          |
      | third  | y*limit            |
      | fourth | z*limit+250        |
    Then the reply is OK with these errors:
      | code | level   | reason              | details                                          | {0}            |
      | 2.7  | WARNING | CommentExceedsLimit | Comment exceeds limit for trouble ticket(s): {0} | second, fourth |
    And these tickets are stored, and nothing else:
      | ticket | comment            |
      | first  | The lamp flickers. |
      | second | x*limit            |
      | third  | y*limit            |
      | fourth | z*limit            |

  @5.1-12 @CreatedTroubleTickets
  Scenario: 5.1-12 Invalid hazard types
    When these trouble tickets are sent:
      | ticket | hazards           |
      | first  | Line Down, Fire   |
      | second | Line Down, Dragon |
      | third  | Ghost             |
    Then the reply is OK with these errors:
      | code | level   | reason            | details                                                | {0}           | {1}           |
      | 2.7  | WARNING | InvalidHazardType | Invalid hazard type(s): {0} for trouble ticket(s): {1} | Dragon, Ghost | second, third |
    And these tickets are stored, and nothing else:
      | ticket | hazards         |
      | first  | Line Down, Fire |
      | second | Line Down       |
      | third  |                 |

  @5.1-13 @CreatedTroubleTickets
  Scenario: 5.1-13 Invalid trouble code: some tickets, one code
    When these trouble tickets are sent:
      | ticket | trouble code    |
      | first  | Voltage Problem |
      | second | Static          |
      | third  | Static          |
      | fourth | Other           |
    Then the reply is PARTIAL with these errors:
      | code | level | reason             | details                                               | {0}    | {1}           |
      | 2.7  | FATAL | InvalidTroubleCode | Invalid trouble code: {0} for trouble ticket(s): {1}. | Static | second, third |
    And these tickets are stored, and nothing else:
      | ticket |
      | first  |
      | fourth |

  @5.1-13 @CreatedTroubleTickets
  Scenario: 5.1-13 Invalid trouble code: all tickets, several codes
    When these trouble tickets are sent:
      | ticket | trouble code |
      | first  | Static       |
      | second | Hum          |
      | third  | Static       |
    Then the reply is FAILED with these errors:
      | code | level | reason             | details                                               | {0}    | {1}          |
      | 2.7  | FATAL | InvalidTroubleCode | Invalid trouble code: {0} for trouble ticket(s): {1}. | Static | first, third |
      | 2.7  | FATAL | InvalidTroubleCode | Invalid trouble code: {0} for trouble ticket(s): {1}. | Hum    | second       |
    And nothing is stored

  @5.1-14 @CreatedTroubleTickets
  Scenario: 5.1-14 Missing trouble code: some tickets
    When these trouble tickets are sent:
      | ticket | trouble code    |
      | first  |                 |
      | second | Voltage Problem |
      | third  |                 |
    Then the reply is PARTIAL with these errors:
      | code | level | reason             | details                                          | {1}          |
      | 2.7  | FATAL | MissingTroubleCode | Trouble code missing for trouble ticket(s): {1}. | first, third |
    And these tickets are stored, and nothing else:
      | ticket | trouble code |
      | second | *            |

  @5.1-14 @CreatedTroubleTickets
  Scenario: 5.1-14 Missing trouble code: all tickets
    When these trouble tickets are sent:
      | ticket | trouble code |
      | first  |              |
      | second |              |
    Then the reply is FAILED with these errors:
      | code | level | reason             | details                                          | {1}           |
      | 2.7  | FATAL | MissingTroubleCode | Trouble code missing for trouble ticket(s): {1}. | first, second |
    And nothing is stored

  @5.1-15 @CreatedTroubleTickets
  Scenario: 5.1-15 Invalid language IDs
    When these trouble tickets are sent:
      | ticket | language |
      | first  | 21514    |
      | second | 9999     |
      | third  | 9998     |
    Then the reply is OK with these errors:
      | code | level   | reason            | details                                                | {0}        | {1}           |
      | 2.7  | WARNING | InvalidLanguageId | Invalid language ID(s): {0} for trouble ticket(s): {1} | 9999, 9998 | second, third |
    And these tickets are stored, and nothing else:
      | ticket | language |
      | first  | 21514    |
      | second | 1033     |
      | third  | 1033     |

  @5.1-16 @CreatedTroubleTickets
  Scenario: 5.1-16 Invalid call sources
    When these trouble tickets are sent:
      | ticket | source |
      | first  | IVR    |
      | second | Pigeon |
      | third  | Smoke  |
    Then the reply is OK with these errors:
      | code | level   | reason            | details                                                | {0}           | {1}           |
      | 2.7  | WARNING | InvalidCallSource | Invalid call source(s): {0} for trouble ticket(s): {1} | Pigeon, Smoke | second, third |
    And these tickets are stored, and nothing else:
      | ticket | source  |
      | first  | IVR     |
      | second | Unknown |
      | third  | Unknown |

  @5.1-17 @CreatedTroubleTickets
  Scenario: 5.1-17 Callback period start and end in the past
    When these trouble tickets are sent:
      | ticket | call back | periods          |
      | first  | yes       | +1h/+2h          |
      | second | yes       | -3h/-1h          |
      | third  | yes       | -3d/-2d, +1h/+2h |
    Then the reply is OK with these errors:
      | code | level   | reason                          | details                                                              | {0}           |
      | 2.7  | WARNING | CallbackPeriodEndDateTimeInPast | Callback period end date time is in past for trouble ticket(s): {0}. | second, third |
    And these tickets are stored, and nothing else:
      | ticket | periods |
      | first  | +1h/+2h |
      | second |         |
      | third  | +1h/+2h |

  @5.1-17 @CreatedTroubleTickets
  Scenario: 5.1-17 Callback period start in the past
    When these trouble tickets are sent:
      | ticket | call back | periods |
      | first  | yes       | +1h/+2h |
      | second | yes       | -1h/+2h |
    Then the reply is OK with these errors:
      | code | level   | reason                          | details                                                              | {0}    |
      | 2.7  | WARNING | CallbackPeriodEndDateTimeInPast | Callback period end date time is in past for trouble ticket(s): {0}. | second |
    And these tickets are stored, and nothing else:
      | ticket | periods |
      | first  | +1h/+2h |
      | second |         |

  @5.1-17 @CreatedTroubleTickets
  Scenario: 5.1-17 Past callback periods of who wants no callback are not judged
    When these trouble tickets are sent:
      | ticket | call back | periods |
      | first  | no        | -3h/-1h |
      | second |           | -3h/-1h |
    Then the reply is OK without errors
    And these tickets are stored, and nothing else:
      | ticket | periods |
      | first  |         |
      | second |         |

  @5.1-18 @CreatedTroubleTickets
  Scenario Outline: 5.1-18 Callback period ends before it starts: <when>
    When these trouble tickets are sent:
      | ticket | call back | periods             |
      | first  | yes       | +1h/+1h             |
      | second | yes       | <inverted>          |
      | third  | yes       | <inverted>, +1h/+2h |
    Then the reply is OK with these errors:
      | code | level   | reason        | details                                                             | {0}        |
      | 2.7  | WARNING | InvalidPeriod | Period: {0} is invalid. End date time is less than start date time. | <inverted> |
    And these tickets are stored, and nothing else:
      | ticket | periods            |
      | first  | *                  |
      | second | without <inverted> |
      | third  | without <inverted> |

    Examples:
      | when          | inverted |
      | in the future | +2h/+1h  |
      | in the past   | -1h/-2h  |

  @5.1-19 @CreatedTroubleTickets
  Scenario: 5.1-19 Landbase location types that are not supported
    When these trouble tickets are sent:
      | ticket | usage point | location                 |
      | first  |             | Lighthouse Name=Pharos   |
      | second |             | Lighthouse Name=Hercules |
      | third  |             | Windmill Name=Consuegra  |
    Then the reply is OK with these errors:
      | code | level  | reason                   | details                                                                    | {0}        |
      | 2.7  | INFORM | LocationTypeNotSupported | Landbase search type {0} is not supported by landbase search configuration | Lighthouse |
      | 2.7  | INFORM | LocationTypeNotSupported | Landbase search type {0} is not supported by landbase search configuration | Windmill   |
    And these tickets are stored, and nothing else:
      | ticket | usage point | located |
      | first  |             |         |
      | second |             |         |
      | third  |             |         |

  @5.1-20 @CreatedTroubleTickets
  Scenario Outline: 5.1-20 Location coordinate is invalid: <what>
    When these trouble tickets are sent:
      | ticket | usage point | position |
      | first  |             | <sent>   |
    Then the reply is OK with these errors:
      | code | level   | reason               | details                                                | {0}    | {1}               |
      | 2.5  | WARNING | InvalidPositionPoint | {0} coordinate of the position point {1} is not valid. | <axis> | position of first |
    And these tickets are stored, and nothing else:
      | ticket | usage point | located | position |
      | first  |             |         |          |

    Examples:
      | what              | sent            | axis |
      | X is out of range | 400,30.2672     | X    |
      | X is no number    | east,30.2672    | X    |
      | X is not finite   | NaN,30.2672     | X    |
      | Y is out of range | -97.7431,95     | Y    |
      | Y is no number    | -97.7431,30'16" | Y    |

  @5.1-20 @CreatedTroubleTickets
  Scenario Outline: 5.1-20 Both location coordinates are invalid: <what>
    When these trouble tickets are sent:
      | ticket | usage point | position |
      | first  |             | <sent>   |
      | second |             |          |
    Then the reply is OK with these errors:
      | code | level   | reason               | details                                                | {0} | {1}               |
      | 2.5  | WARNING | InvalidPositionPoint | {0} coordinate of the position point {1} is not valid. | X   | position of first |
      | 2.5  | WARNING | InvalidPositionPoint | {0} coordinate of the position point {1} is not valid. | Y   | position of first |
    And these tickets are stored, and nothing else:
      | ticket | usage point | located | position |
      | first  |             |         |          |
      | second |             |         |          |

    Examples:
      | what                               | sent      |
      | out of range                       | 400,95    |
      | good numbers, but not in the model | elsewhere |

  @5.1-20 @CreatedTroubleTickets
  Scenario: 5.1-20 Only one of the two coordinates is given
    When these trouble tickets are sent:
      | ticket | usage point | position  |
      | first  |             | -97.7431, |
    Then the reply is OK with these errors:
      | code | level   | reason               | details                                                | {0} | {1} |
      | 2.5  | WARNING | InvalidPositionPoint | {0} coordinate of the position point {1} is not valid. | Y   | *   |
    And these tickets are stored, and nothing else:
      | ticket | usage point | located | position |
      | first  |             |         |          |

  @5.1-21 @CreatedTroubleTickets
  Scenario: 5.1-21 Callback period missing
    When these trouble tickets are sent:
      | ticket | call back | media | periods |
      | first  | yes       | SMS   | +1h/+2h |
      | second | yes       |       |         |
      | third  | yes       | Email |         |
      | fourth | yes       |       | /       |
      | fifth  | no        | SMS   |         |
      | sixth  |           |       |         |
    Then the reply is OK with these errors:
      | code | level  | reason                | details                                                                  | {0}                   |
      | 2.7  | INFORM | CallbackPeriodMissing | Callback period element not found in message for trouble ticket(s): {0}. | second, third, fourth |
    And these tickets are stored, and nothing else:
      | ticket | periods | media |
      | first  | *       | *     |
      | second |         | *     |
      | third  |         | *     |
      | fourth |         | *     |
      | fifth  |         | *     |
      | sixth  |         | *     |

  @5.1-22 @CreatedTroubleTickets
  Scenario: 5.1-22 Location names that are no search criteria of the type
    When these trouble tickets are sent:
      | ticket | usage point | location     |
      | first  |             | Pole Hue=red |
    Then the reply is OK with these errors:
      | code | level   | reason                       | details                                                                |
      | 2.7  | WARNING | InvalidSearchTypeParamsNames | Landbase search type parameters are not valid for defined search type. |
    And these tickets are stored, and nothing else:
      | ticket | usage point | located |
      | first  |             |         |

  @5.1-23 @CreatedTroubleTickets
  Scenario: 5.1-23 Invalid contact details: some tickets
    When these trouble tickets are sent:
      | ticket | call back | media       | periods |
      | first  | yes       | SMS         | +1h/+2h |
      | second | yes       | Pigeon      | +1h/+2h |
      | third  | yes       | Pigeon, SMS | +1h/+2h |
      | fourth | yes       | Smoke       | +1h/+2h |
    Then the reply is PARTIAL with these errors:
      | code | level | reason               | details                                                | {0}    | {1}           |
      | 1.2  | FATAL | InvalidContactDetail | Invalid contact detail {0} for trouble ticket(s): {1}. | Pigeon | second, third |
      | 1.2  | FATAL | InvalidContactDetail | Invalid contact detail {0} for trouble ticket(s): {1}. | Smoke  | fourth        |
    And these tickets are stored, and nothing else:
      | ticket | media | periods |
      | first  | SMS   | *       |
      | second |       | *       |
      | third  | SMS   | *       |
      | fourth |       | *       |

  @5.1-23 @CreatedTroubleTickets
  Scenario: 5.1-23 Invalid contact details: all tickets
    When these trouble tickets are sent:
      | ticket | call back | media  | periods |
      | first  | yes       | Pigeon | +1h/+2h |
      | second | yes       | Pigeon | +1h/+2h |
    Then the reply is PARTIAL with these errors:
      | code | level | reason               | details                                                | {0}    | {1}           |
      | 1.2  | FATAL | InvalidContactDetail | Invalid contact detail {0} for trouble ticket(s): {1}. | Pigeon | first, second |
    And these tickets are stored, and nothing else:
      | ticket | media | periods |
      | first  |       | *       |
      | second |       | *       |

  @5.1-24 @CreatedTroubleTickets
  Scenario: 5.1-24 Created in the future
    When these trouble tickets are sent:
      | ticket | created | first call |
      | first  | -2h     | -1h        |
      | second | +2d     |            |
      | third  | +9d     |            |
    Then the reply is OK with these errors:
      | code | level   | reason                 | details                                                 | {1}    |
      | 2.5  | WARNING | InvalidCreatedDateTime | Created date time is in future for trouble ticket: {1}. | second |
      | 2.5  | WARNING | InvalidCreatedDateTime | Created date time is in future for trouble ticket: {1}. | third  |
    And these tickets are stored, and nothing else:
      | ticket | created |
      | first  | -2h     |
      | second | now     |
      | third  | now     |

  # ---- The landbase, and coordinates

  @5.1-25 @CreatedTroubleTickets
  Scenario: 5.1-25 Location while the landbase is down
    Given the landbase is down
    When these trouble tickets are sent:
      | ticket | usage point | location                 | comment          |
      | first  |             | known Pole               | The pole smokes. |
      | second |             | known StreetIntersection |                  |
    Then the reply is OK without errors
    And these tickets are stored, and nothing else:
      | ticket | usage point | located | comment           |
      | first  |             |         | says the location |
      | second |             |         | says the location |

  @5.1-26 @CreatedTroubleTickets
  Scenario: 5.1-26 Existing landbase objects
    When these trouble tickets are sent:
      | ticket | usage point | location                 |
      | first  |             | known Pole               |
      | second |             | known StreetIntersection |
    Then the reply is OK without errors
    And these tickets are stored, and nothing else:
      | ticket | usage point | located  | position        |
      | first  |             | landbase | of the landmark |
      | second |             | landbase | of the landmark |

  @5.1-27 @CreatedTroubleTickets
  Scenario Outline: 5.1-27 Landbase object that does not exist: <type>
    When these trouble tickets are sent:
      | ticket | usage point | location       |
      | first  |             | missing <type> |
    Then the reply is OK with these errors:
      | code | level  | reason                           | details                |
      | 2.7  | INFORM | UnlocatableLandbaseTroubleTicket | Could not locate call. |
    And these tickets are stored, and nothing else:
      | ticket | usage point | located |
      | first  |             |         |

    Examples:
      | type               |
      | Pole               |
      | StreetIntersection |

  @5.1-28 @CreatedTroubleTickets
  Scenario: 5.1-28 Valid coordinates
    When these trouble tickets are sent:
      | ticket | usage point | position         |
      | first  |             | -97.7431,30.2672 |
      | second |             | -97.70,30.30     |
    Then the reply is OK without errors
    And these tickets are stored, and nothing else:
      | ticket | usage point | located     | position                         |
      | first  |             | coordinates | EPSG:2277 3114226.21,10070436.13 |
      | second |             | coordinates | as sent                          |

  # ---- The outage model takes its time

  @5.1-29 @CreatedTroubleTickets
  Scenario: 5.1-29 The IMS does not confirm in time
    Given the IMS is slow
    When these trouble tickets are sent:
      | ticket |
      | first  |
      | second |
    Then other requests are served meanwhile
    And the reply is OK with these errors:
      | code | level   | reason                 | details                                                                                       | {0} |
      | 5.3  | WARNING | ImsCallbackNotReceived | Call(s) creation has been forwarded to IMS, but callback is not received within {0} interval. | *   |
    And no ticket is visible yet
    When the IMS gets to them
    Then these tickets are stored, and nothing else:
      | ticket |
      | first  |
      | second |
