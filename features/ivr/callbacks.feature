Feature: Callbacks that an IVR is sent
  The kit plays the adapter: it sends CreatedCallBacks to the SendCallBacksService of an IVR, and judges the answers.
  The rows are those of crm_contract/ivr_use_cases.toml. A callback is of a customer with a mobile phone, belongs to an
  incident, and is held by CrmAdapter; docs/steps.md explains the sentences, the columns and the values.

  @IVR-01 @CreatedCallBacks
  Scenario: IVR-01 A callback with all that Table 10.20 has
    When these callbacks are sent:
      | callback | comment                             | language | trouble code      | person                                                                                | usage point | incident |
      | first    | Oxygen concentrator in the house.   | 1033     | No Power/No Light | Ada Lovelace; email ada@example.org; landline +1 512 555 0101; mobile +1 512 555 0102 | UP-0000612  | INC-7    |
    Then the reply is OK without errors

  @IVR-02 @CreatedCallBacks
  Scenario: IVR-02 Three callbacks in one message
    When these callbacks are sent:
      | callback | reason        | language | trouble code              | usage point |
      | first    | PowerRestored | 1033     | No Power/No Light         | UP-1        |
      | second   | PowerRestored | 21514    | Flick Light/Partial Light | UP-2        |
      | third    | PowerRestored | 1033     | Voltage Problem           | UP-3        |
    Then the reply is OK without errors

  @IVR-03 @CreatedCallBacks
  Scenario: IVR-03 Contacts of every type, and of one only
    When these callbacks are sent:
      | callback | person                                                                                      |
      | all      | Ada King Lovelace; email ada@example.org; landline +1 512 555 0101; mobile +1 512 555 0102   |
      | mobile   | Charles Babbage; mobile +1 512 555 0103                                                      |
      | landline | Mary Somerville; landline +1 512 555 0104                                                    |
      | email    | Grace Hopper; email grace@example.org                                                        |
      | nobody   |                                                                                              |
    Then the reply is OK without errors

  @IVR-04 @CreatedCallBacks
  Scenario: IVR-04 Nothing but the mRID and who holds it
    When these callbacks are sent:
      | callback | comment | assigned | reason | language | trouble code | person | usage point | incident |
      | first    |         |          |        |          |              |        |             |          |
    Then the reply is OK without errors

  @IVR-04 @CreatedCallBacks
  Scenario Outline: IVR-04 The header has no <element>
    When these callbacks are sent without <element>:
      | callback |
      | first    |
    Then the reply is OK without errors

    Examples:
      | element         |
      | Header/Revision |
      | Header/Source   |

  @IVR-05 @CreatedCallBacks
  Scenario Outline: IVR-05 Text: <what>
    When these callbacks are sent:
      | callback | comment   | person                           |
      | first    | <comment> | <person>; mobile +1 512 555 0101 |
    Then the reply is OK without errors

    Examples:
      | what                       | comment                               | person          |
      | letters with accents       | Überspannung behoben, déjà vu         | José Núñez      |
      | other alphabets            | Питание восстановлено                 | Ольга Ладыжен   |
      | Chinese and Japanese       | 電力が復旧しました 电力已恢复         | 美咲 山田       |
      | from right to left         | عادت الكهرباء                         | ליאור כהן       |
      | beyond sixteen bits        | 🔌💡 power is back 𝔘                  | 𝔄𝔡𝔞 𝔏𝔬𝔳          |
      | what XML has to escape     | a < b & c > d "e" 'f' ]]> &amp; <!--  | O'Neil "Al"&Co  |
      | a comment of any length    | x*4000                                | Ada Lovelace    |

  @IVR-06 @CreatedCallBacks
  Scenario: IVR-06 No callbacks
    When these callbacks are sent:
      | callback |
    Then the reply is one of these:
      | result | reading                                 |
      | OK     | OK for a message without callbacks      |
      | FAILED | FAILED for a message without callbacks  |

  @IVR-07 @CreatedCallBacks
  Scenario Outline: IVR-07 <count> callbacks in one message
    When <count> callbacks are sent in one message
    Then the reply is OK without errors

    Examples:
      | count |
      | 300   |
      | 2000  |

  @IVR-08 @CreatedCallBacks
  Scenario Outline: IVR-08 The noun is spelled <noun>
    When these callbacks are sent with the noun "<noun>":
      | callback |
      | first    |
    Then the reply is OK without errors

    Examples:
      | noun      |
      | Callbacks |
      | callbacks |
      | CALLBACKS |

  @IVR-09 @CreatedCallBacks
  Scenario Outline: IVR-09 Invalid verb: <verb>
    When these callbacks are sent with the verb "<verb>":
      | callback |
      | first    |
      | second   |
    Then the reply is FAILED with these errors:
      | code | level | reason      | details | {0} |
      | 2.9  | FATAL | InvalidVerb | {0}     | *   |

    Examples: verbs of other operations, and one that no operation has
      | verb       |
      | changed    |
      | get        |
      | frobnicate |

  @IVR-10 @CreatedCallBacks
  Scenario Outline: IVR-10 Invalid noun: <noun>
    When these callbacks are sent with the noun "<noun>":
      | callback |
      | first    |
      | second   |
    Then the reply is FAILED with these errors:
      | code | level | reason      | details | {0} |
      | 2.5  | FATAL | InvalidNoun | {0}     | *   |

    Examples: nouns of other operations, and one that no operation has
      | noun             |
      | TroubleTickets   |
      | CallBacksResults |
      | ParkingFines     |

  @IVR-11 @CreatedCallBacks
  Scenario Outline: IVR-11 Mandatory element missing: <element>
    When these callbacks are sent without <element>:
      | callback |
      | first    |
      | second   |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details | {0} |
      | 1.8  | FATAL | InvalidMessage | {0}     | *   |

    Examples:
      | element           |
      | Header            |
      | Header/Verb       |
      | Header/Noun       |
      | Payload           |
      | Payload/CallBacks |

  @IVR-12 @CreatedCallBacks
  Scenario Outline: IVR-12 <what>
    When these callbacks are sent:
      | callback | language   | assigned   | element   |
      | first    | 1033       | now        |           |
      | second   | <language> | <assigned> | <element> |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details | {0} |
      | 1.8  | FATAL | InvalidMessage | {0}     | *   |

    Examples:
      | what                               | language | assigned  | element  |
      | A language in words                | English  | now       |          |
      | A time in words                    | 1033     | yesterday |          |
      | An element that the schema has not | 1033     | now       | priority |

  @IVR-13 @CreatedCallBacks
  Scenario Outline: IVR-13 The header has no <element>
    When these callbacks are sent without <element>:
      | callback |
      | first    |
    Then the reply is one of these:
      | result | code | level | reason         | details | {0} | reading                                              |
      | OK     |      |       |                |         |     | Timestamp, MessageID and CorrelationID may be absent |
      | FAILED | 1.8  | FATAL | InvalidMessage | {0}     | *   | Timestamp, MessageID or CorrelationID is required    |

    Examples:
      | element              |
      | Header/Timestamp     |
      | Header/MessageID     |
      | Header/CorrelationID |

  @IVR-14 @CreatedCallBacks
  Scenario: IVR-14 The CorrelationID is another one than the MessageID
    When these callbacks are sent, with a CorrelationID that is not the MessageID:
      | callback |
      | first    |
    Then the reply is OK without errors

  @IVR-14 @CreatedCallBacks
  Scenario: IVR-14 There is no CorrelationID
    When these callbacks are sent without Header/CorrelationID:
      | callback |
      | first    |
    Then the reply's CorrelationID is the request's MessageID

  @IVR-15 @CreatedCallBacks
  Scenario Outline: IVR-15 <what> in place of a message
    When <what> is sent in place of a message
    Then a SOAP fault is returned

    Examples:
      | what                         |
      | text that is no XML          |
      | XML that is no SOAP          |
      | XML that is not closed       |
      | an operation that no IVR has |

  @IVR-16 @CreatedCallBacks
  Scenario: IVR-16 The same message again
    When these callbacks are sent:
      | callback |
      | first    |
      | second   |
    Then the reply is OK without errors
    When the same message is sent again
    Then the reply is OK without errors

  @IVR-17 @CreatedCallBacks
  Scenario: IVR-17 The same callback in another message
    When these callbacks are sent:
      | callback |
      | first    |
    Then the reply is OK without errors
    When these callbacks are sent:
      | callback |
      | first    |
    Then the reply is one of these:
      | result  | reading                                   |
      | OK      | OK for a callback that is sent anew       |
      | PARTIAL | PARTIAL for a callback that is sent anew  |
      | FAILED  | FAILED for a callback that is sent anew   |

  @IVR-18 @CreatedCallBacks
  Scenario: IVR-18 A callback that stands in a message twice
    When these callbacks are sent:
      | callback |
      | first    |
      | second   |
      | first    |
    Then the reply is one of these:
      | result  | reading                                        |
      | OK      | OK for a callback that a message has twice      |
      | PARTIAL | PARTIAL for a callback that a message has twice |
      | FAILED  | FAILED for a callback that a message has twice  |

  @IVR-19 @CreatedCallBacks
  Scenario: IVR-19 A message that takes half a second to arrive
    When these callbacks arrive in pieces over 0.5 s:
      | callback |
      | first    |
      | second   |
    Then the reply is OK without errors

  @IVR-20 @CreatedCallBacks
  Scenario: IVR-20 The connection breaks off, and the message is sent again
    When these callbacks are sent, and the connection breaks off in the middle:
      | callback |
      | first    |
      | second   |
    And the same message is sent again
    Then the reply is OK without errors

  @IVR-21 @CreatedCallBacks
  Scenario: IVR-21 Eight messages at once
    When 8 messages with a callback each are sent at the same moment
    Then each reply is OK, with the CorrelationID of its own message
