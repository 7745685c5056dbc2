Feature: Table 5.2, changing trouble tickets
  An entry adds a remark to the comment of a ticket, or contacts to its caller's, or both. A plain entry names its ticket
  by mRID, adds a remark and tells who answers for it; a scenario goes beyond that only where its own row does.

  The last step compares every field of the scenario's tickets with what was stored before the message.
  docs/steps.md explains the sentences, the columns and the values.

  # ---- Rows that every hosted operation shares

  @5.1-01 @ChangedTroubleTickets
  Scenario Outline: 5.1-01 Invalid verb: <verb>
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
      | beta   |
    When these trouble tickets are changed with the verb "<verb>":
      | ticket |
      | alpha  |
      | beta   |
    Then the reply is FAILED with these errors:
      | code | level | reason      | details            | {0}    |
      | 2.9  | FATAL | InvalidVerb | Invalid verb: {0}. | <verb> |
    And nothing has changed

    Examples: verbs of other operations, and one that no operation has
      | verb       |
      | created    |
      | get        |
      | frobnicate |

  @5.1-02 @ChangedTroubleTickets
  Scenario Outline: 5.1-02 Invalid noun: <noun>
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
      | beta   |
    When these trouble tickets are changed with the noun "<noun>":
      | ticket |
      | alpha  |
      | beta   |
    Then the reply is FAILED with these errors:
      | code | level | reason      | details            | {0}    |
      | 2.5  | FATAL | InvalidNoun | Invalid noun: {0}. | <noun> |
    And nothing has changed

    Examples: a noun of another operation, and one that no operation has
      | noun             |
      | CallBacksResults |
      | ParkingFines     |

  @5.1-02 @ChangedTroubleTickets
  Scenario: 5.1-02 The case of letters does not make a noun invalid
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
    When these trouble tickets are changed with the noun "troubleTICKETS":
      | ticket |
      | alpha  |
    Then the reply is OK without errors
    And these tickets are changed, and nothing else:
      | ticket |
      | alpha  |

  @5.1-03 @ChangedTroubleTickets
  Scenario Outline: 5.1-03 Mandatory element missing: <element>
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
      | beta   |
    When these trouble tickets are changed without <element>:
      | ticket |
      | alpha  |
      | beta   |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                                                      | {0} |
      | 1.8  | FATAL | InvalidMessage | Received message is invalid against xsd schema. Reason: {0}. | *   |
    And nothing has changed

    Examples:
      | element                |
      | Header                 |
      | Header/Verb            |
      | Header/Noun            |
      | Payload                |
      | Payload/TroubleTickets |

  @5.1-03 @ChangedTroubleTickets
  Scenario: 5.1-03 Element of the wrong type
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
      | beta   |
    When these trouble tickets are changed:
      | ticket | created   |
      | alpha  |           |
      | beta   | yesterday |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                                                      | {0} |
      | 1.8  | FATAL | InvalidMessage | Received message is invalid against xsd schema. Reason: {0}. | *   |
    And nothing has changed

  @5.1-04 @ChangedTroubleTickets
  Scenario: 5.1-04 Unable to process the request
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
      | beta   |
      | gamma  |
    And the next message fails inside the target
    When these trouble tickets are changed:
      | ticket |
      | alpha  |
      | beta   |
      | gamma  |
    Then a Server fault is returned with these errors:
      | code | level | reason              | details | {0} |
      | 5.3  | FATAL | InternalServerError | {0}.    | *   |
    And nothing has changed

  # ---- Changes that are carried out

  @5.2-01 @ChangedTroubleTickets
  Scenario: 5.2-01 A remark is added to what the comment says
    Given these trouble tickets have been created:
      | ticket | comment            |
      | alpha  | The lamp flickers. |
      | beta   |                    |
      | gamma  | Please hurry.      |
    When these trouble tickets are changed:
      | ticket | comment        | csr   |
      | alpha  | It is out now. | csr-4 |
      | beta   | Called again.  | csr-5 |
    Then the reply is OK without errors
    And the reply carries these tickets:
      | ticket | status |
      | alpha  | any    |
      | beta   | any    |
    And these tickets are changed, and nothing else:
      | ticket | comment                            | changed by |
      | alpha  | The lamp flickers.\nIt is out now. | csr-4      |
      | beta   | Called again.                      | csr-5      |

  @5.2-01 @ChangedTroubleTickets
  Scenario: 5.2-01 The ticket is named by its external name
    Given these trouble tickets have been created:
      | ticket | comment            |
      | alpha  | The lamp flickers. |
      | beta   | The lamp is dark.  |
    When these trouble tickets are changed:
      | ticket | by   | comment                   |
      | alpha  | name | The neighbour's one, too. |
    Then the reply is OK without errors
    And the reply carries these tickets:
      | ticket | status |
      | alpha  | any    |
    And these tickets are changed, and nothing else:
      | ticket | comment                                       |
      | alpha  | The lamp flickers.\nThe neighbour's one, too. |

  @5.2-02 @ChangedTroubleTickets
  Scenario: 5.2-02 Contacts are added to those of the caller
    Given these trouble tickets have been created:
      | ticket | caller                                                        |
      | alpha  | Ada Lovelace; email ada@example.org; landline +1 512 555 0101 |
      | beta   | Charles Babbage; mobile +1 512 555 0103                       |
      | gamma  | Grace Hopper; email grace@example.org                         |
    When these trouble tickets are changed:
      | ticket | comment | caller                                                                                      |
      | alpha  |         | Ada Lovelace; email lovelace@example.org; mobile +1 512 555 0102                            |
      | beta   |         | Georgiana Babbage; email home@example.org; landline +1 512 555 0104; mobile +1 512 555 0105 |
    Then the reply is OK without errors
    And the reply carries these tickets:
      | ticket | status |
      | alpha  | any    |
      | beta   | any    |
    And these tickets are changed, and nothing else:
      | ticket | gained                                                                   |
      | alpha  | email lovelace@example.org, mobile +1 512 555 0102                       |
      | beta   | email home@example.org, landline +1 512 555 0104, mobile +1 512 555 0105 |

  @5.2-02 @ChangedTroubleTickets
  Scenario: 5.2-02 The first caller's name stays on display, for every type of contact
    Given these trouble tickets have been created:
      | ticket | caller                                                        |
      | alpha  | Charles Babbage; mobile +1 512 555 0103                       |
      | beta   | Ada Lovelace; email ada@example.org; landline +1 512 555 0101 |
    When these trouble tickets are changed:
      | ticket | comment | caller                                                                                      |
      | alpha  |         | Georgiana Babbage; email home@example.org; landline +1 512 555 0104; mobile +1 512 555 0105 |
      | beta   |         | Grace Hopper; mobile +1 512 555 0102                                                        |
    Then the reply is OK without errors
    And these tickets are changed, and nothing else:
      | ticket | gained                                                                   |
      | alpha  | email home@example.org, landline +1 512 555 0104, mobile +1 512 555 0105 |
      | beta   | mobile +1 512 555 0102                                                   |
    When trouble tickets are queried in context "active" by:
      | ticket mRID |
      | alpha       |
      | beta        |
    Then the reply shows these tickets:
      | ticket | person          | email            | landline        | mobile          |
      | alpha  | Charles Babbage | home@example.org | +1 512 555 0104 | +1 512 555 0103 |
      | beta   | Ada Lovelace    | ada@example.org  | +1 512 555 0101 | +1 512 555 0102 |
    And nothing has changed

  @5.2-02 @ChangedTroubleTickets
  Scenario: 5.2-02 Contacts of a ticket that had none
    Given these trouble tickets have been created:
      | ticket | caller |
      | alpha  |        |
      | beta   |        |
    When these trouble tickets are changed:
      | ticket | comment | caller                                                        |
      | alpha  |         | Ada Lovelace; email ada@example.org; landline +1 512 555 0101 |
    Then the reply is OK without errors
    And these tickets are changed, and nothing else:
      | ticket | gained                                          |
      | alpha  | email ada@example.org, landline +1 512 555 0101 |

  @5.2-08 @ChangedTroubleTickets
  Scenario: 5.2-08 Both mRID and name are given: the mRID decides
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
      | beta   |
      | gamma  |
    When these trouble tickets are changed:
      | ticket | by                 | comment       |
      | alpha  | mRID, name of beta | Called again. |
      | gamma  | mRID, name         | Called twice. |
    Then the reply is OK without errors
    And the reply carries these tickets:
      | ticket | status |
      | alpha  | any    |
      | gamma  | any    |
    And these tickets are changed, and nothing else:
      | ticket | comment       |
      | alpha  | Called again. |
      | gamma  | Called twice. |

  @5.2-08 @ChangedTroubleTickets
  Scenario: 5.2-08 Both mRID and name are given: the name need not exist
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
    When these trouble tickets are changed:
      | ticket | by                 | comment       |
      | alpha  | mRID, unknown name | Called again. |
    Then the reply is OK without errors
    And these tickets are changed, and nothing else:
      | ticket | comment       |
      | alpha  | Called again. |

  # ---- What is wrong with an entry, and what becomes of it

  @5.2-03 @ChangedTroubleTickets
  Scenario: 5.2-03 Nothing to change: some entries
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
      | beta   |
      | gamma  |
    When these trouble tickets are changed:
      | ticket | comment       |
      | alpha  |               |
      | beta   | Called again. |
      | gamma  |               |
    Then the reply is PARTIAL with these errors:
      | code | level | reason            | details                                                                 | {0}          |
      | 1.2  | FATAL | UpdateDataMissing | Comment and Customer data are not provided for trouble tickets(s): {0}. | alpha, gamma |
    And the reply carries these tickets:
      | ticket | status |
      | beta   | any    |
    And these tickets are changed, and nothing else:
      | ticket | comment       |
      | beta   | Called again. |

  @5.2-03 @ChangedTroubleTickets
  Scenario: 5.2-03 Nothing to change: all entries
    Given these trouble tickets have been created:
      | ticket | comment            |
      | alpha  | The lamp flickers. |
      | beta   |                    |
    When these trouble tickets are changed:
      | ticket | comment |
      | alpha  |         |
      | beta   |         |
    Then the reply is FAILED with these errors:
      | code | level | reason            | details                                                                 | {0}         |
      | 1.2  | FATAL | UpdateDataMissing | Comment and Customer data are not provided for trouble tickets(s): {0}. | alpha, beta |
    And nothing has changed

  @5.2-04 @ChangedTroubleTickets
  Scenario: 5.2-04 One mRID in several entries: some tickets
    Given these trouble tickets have been created:
      | ticket | comment            |
      | alpha  | The lamp flickers. |
      | beta   |                    |
      | gamma  |                    |
    When these trouble tickets are changed:
      | ticket | comment            |
      | alpha  | Called again.      |
      | beta   | Called as well.    |
      | alpha  | Called once more.  |
      | gamma  | Called in the end. |
      | gamma  | Hung up.           |
      | alpha  | Gave up.           |
    Then the reply is PARTIAL with these errors:
      | code | level | reason         | details                            | {0}           |
      | 2.7  | FATAL | DuplicateMRIDs | Duplicate mRID {0} in the message. | mRID of alpha |
      | 2.7  | FATAL | DuplicateMRIDs | Duplicate mRID {0} in the message. | mRID of gamma |
    And the reply carries these tickets:
      | ticket | status |
      | beta   | any    |
    And these tickets are changed, and nothing else:
      | ticket | comment         |
      | beta   | Called as well. |

  @5.2-04 @ChangedTroubleTickets
  Scenario: 5.2-04 One mRID in several entries: all tickets
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
    When these trouble tickets are changed:
      | ticket | comment           |
      | alpha  | Called again.     |
      | alpha  | Called once more. |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                            | {0}           |
      | 2.7  | FATAL | DuplicateMRIDs | Duplicate mRID {0} in the message. | mRID of alpha |
    And nothing has changed

  @5.2-05 @ChangedTroubleTickets
  Scenario: 5.2-05 The comment would be too long: some entries
    Given these trouble tickets have been created:
      | ticket | comment            | caller                              |
      | alpha  | The lamp flickers. |                                     |
      | beta   | The lamp flickers. | Ada Lovelace; email ada@example.org |
      | gamma  |                    |                                     |
      | delta  |                    |                                     |
      | theta  | The lamp is dark.  |                                     |
    When these trouble tickets are changed:
      | ticket | comment   | caller                               |
      | alpha  | x*fit     |                                      |
      | beta   | x*fit+1   | Ada Lovelace; mobile +1 512 555 0102 |
      | gamma  | y*limit   |                                      |
      | delta  | y*limit+1 |                                      |
      | theta  | z*limit   |                                      |
    Then the reply is PARTIAL with these errors:
      | code | level   | reason              | details                                          | {0}                |
      | 2.7  | WARNING | CommentExceedsLimit | Comment exceeds limit for trouble ticket(s): {0} | beta, delta, theta |
    And the reply carries these tickets:
      | ticket | status |
      | alpha  | any    |
      | gamma  | any    |
    And these tickets are changed, and nothing else:
      | ticket | comment |
      | alpha  | *       |
      | gamma  | *       |

  @5.2-05 @ChangedTroubleTickets
  Scenario: 5.2-05 The comment would be too long: all entries
    Given these trouble tickets have been created:
      | ticket | comment            |
      | alpha  | The lamp flickers. |
      | beta   | x*limit            |
    When these trouble tickets are changed:
      | ticket | comment   | caller                               |
      | alpha  | x*fit+1   | Ada Lovelace; mobile +1 512 555 0102 |
      | beta   | Too much. |                                      |
    Then the reply is FAILED with these errors:
      | code | level   | reason              | details                                          | {0}         |
      | 2.7  | WARNING | CommentExceedsLimit | Comment exceeds limit for trouble ticket(s): {0} | alpha, beta |
    And nothing has changed

  @5.2-06 @ChangedTroubleTickets
  Scenario: 5.2-06 Neither mRID nor name: some entries
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
      | beta   |
    When these trouble tickets are changed:
      | ticket | by   | comment         |
      | nobody |      | Called again.   |
      | alpha  | mRID | Called as well. |
      | none   |      | Called at last. |
    Then the reply is PARTIAL with these errors:
      | code | level | reason      | details                                      |
      | 1.2  | FATAL | MrIDMissing | MrID is not specified for trouble ticket(s). |
    And the reply carries these tickets:
      | ticket | status |
      | alpha  | any    |
    And these tickets are changed, and nothing else:
      | ticket | comment         |
      | alpha  | Called as well. |

  @5.2-06 @ChangedTroubleTickets
  Scenario: 5.2-06 Neither mRID nor name: all entries
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
    When these trouble tickets are changed:
      | ticket | by | comment       |
      | nobody |    | Called again. |
    Then the reply is FAILED with these errors:
      | code | level | reason      | details                                      |
      | 1.2  | FATAL | MrIDMissing | MrID is not specified for trouble ticket(s). |
    And nothing has changed

  @5.2-07 @ChangedTroubleTickets
  Scenario: 5.2-07 Tickets that nobody knows: some entries
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
      | beta   |
    When these trouble tickets are changed:
      | ticket | by           | comment         |
      | ghost  | unknown mRID | Called again.   |
      | alpha  | mRID         | Called as well. |
      | shade  | unknown name | Called at last. |
    Then the reply is PARTIAL with these errors:
      | code | level | reason         | details                               | {0}   |
      | 2.7  | FATAL | EntityNotFound | Trouble ticket {0} not found in ADMS. | ghost |
      | 2.7  | FATAL | EntityNotFound | Trouble ticket {0} not found in ADMS. | shade |
    And the reply carries these tickets:
      | ticket | status |
      | alpha  | any    |
    And these tickets are changed, and nothing else:
      | ticket | comment         |
      | alpha  | Called as well. |

  @5.2-07 @ChangedTroubleTickets
  Scenario Outline: 5.2-07 Tickets that nobody knows: all entries (<by>)
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
    When these trouble tickets are changed:
      | ticket | by   | comment       |
      | ghost  | <by> | Called again. |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                               | {0}   |
      | 2.7  | FATAL | EntityNotFound | Trouble ticket {0} not found in ADMS. | ghost |
    And nothing has changed

    Examples: the mRID decides, though there is a ticket of the name
      | by                          |
      | unknown mRID                |
      | unknown name                |
      | unknown mRID, name of alpha |

  @5.2-09 @ChangedTroubleTickets
  Scenario: 5.2-09 Nobody answers for the changes: one entry
    Given these trouble tickets have been created:
      | ticket | comment            |
      | alpha  | The lamp flickers. |
      | beta   |                    |
      | gamma  |                    |
    When these trouble tickets are changed:
      | ticket | comment         | csr    |
      | alpha  | Called again.   | csr-4  |
      | beta   | Called as well. |        |
      | gamma  | Called at last. | csr-12 |
    Then the reply is FAILED with these errors:
      | code | level | reason       | details                |
      | 1.8  | FATAL | CsrIDMissing | CsrID is not provided. |
    And nothing has changed

  @5.2-09 @ChangedTroubleTickets
  Scenario: 5.2-09 Nobody answers for the changes: all entries
    Given these trouble tickets have been created:
      | ticket |
      | alpha  |
      | beta   |
    When these trouble tickets are changed:
      | ticket | comment         | csr |
      | alpha  | Called again.   |     |
      | beta   | Called as well. |     |
    Then the reply is FAILED with these errors:
      | code | level | reason       | details                |
      | 1.8  | FATAL | CsrIDMissing | CsrID is not provided. |
    And nothing has changed
