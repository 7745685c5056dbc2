Feature: Table 7.1, pulling callbacks
  A callback comes about when the outage of a customer is over who had asked to be called back. Callbacks wait in a
  queue until a customer service representative pulls them; then they are that representative's.

  Every scenario empties the queue first, and makes callbacks of its own: each on a usage point of its own, with the
  priority that the table says, in the order of the table. docs/steps.md explains the sentences, the columns and the
  values.

  # ---- Rows that every hosted operation shares

  @5.1-01 @GetCallbacks
  Scenario Outline: 5.1-01 Invalid verb: <verb>
    Given these callbacks are in the queue:
      | callback |
      | first    |
    When callbacks are pulled with the verb "<verb>":
      | csr   | count |
      | csr-7 | 1     |
    Then the reply is FAILED with these errors:
      | code | level | reason      | details            | {0}    |
      | 2.9  | FATAL | InvalidVerb | Invalid verb: {0}. | <verb> |
    And the queue is as it was

    Examples: verbs of other operations, and one that no operation has
      | verb       |
      | created    |
      | reply      |
      | frobnicate |

  @5.1-02 @GetCallbacks
  Scenario Outline: 5.1-02 Invalid noun: <noun>
    Given these callbacks are in the queue:
      | callback |
      | first    |
    When callbacks are pulled with the noun "<noun>":
      | csr   | count |
      | csr-7 | 1     |
    Then the reply is FAILED with these errors:
      | code | level | reason      | details            | {0}    |
      | 2.5  | FATAL | InvalidNoun | Invalid noun: {0}. | <noun> |
    And the queue is as it was

    Examples: a noun of another operation, and one that no operation has
      | noun           |
      | TroubleTickets |
      | ParkingFines   |

  @5.1-02 @GetCallbacks
  Scenario: 5.1-02 The case of letters does not make a noun invalid
    Given these callbacks are in the queue:
      | callback |
      | first    |
    When callbacks are pulled with the noun "Callbacks":
      | csr   | count |
      | csr-7 | 1     |
    Then the reply is OK without errors
    And the reply carries these callbacks, in this order:
      | callback |
      | first    |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by |
      | first    | csr-7   |

  @5.1-03 @GetCallbacks
  Scenario Outline: 5.1-03 Mandatory element missing: <element>
    Given these callbacks are in the queue:
      | callback |
      | first    |
    When callbacks are pulled without <element>:
      | csr   | count |
      | csr-7 | 1     |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                                                      | {0} |
      | 1.8  | FATAL | InvalidMessage | Received message is invalid against xsd schema. Reason: {0}. | *   |
    And the queue is as it was

    Examples:
      | element              |
      | Header               |
      | Header/Verb          |
      | Header/Noun          |
      | Request              |
      | Request/GetCallbacks |

  @5.1-03 @GetCallbacks
  Scenario Outline: 5.1-03 Element of the wrong type: <what>
    Given these callbacks are in the queue:
      | callback |
      | first    |
    When callbacks are pulled:
      | csr   | count   | language   |
      | csr-7 | <count> | <language> |
    Then the reply is FAILED with these errors:
      | code | level | reason         | details                                                      | {0} |
      | 1.8  | FATAL | InvalidMessage | Received message is invalid against xsd schema. Reason: {0}. | *   |
    And the queue is as it was

    Examples:
      | what                | count | language |
      | a count in words    | two   |          |
      | a count below zero  | -1    |          |
      | half a callback     | 1.5   |          |
      | a language in words | 1     | English  |

  @5.1-04 @GetCallbacks
  Scenario: 5.1-04 Unable to process the request
    Given these callbacks are in the queue:
      | callback |
      | first    |
      | second   |
    And the next message fails inside the target
    When callbacks are pulled:
      | csr   | count |
      | csr-7 | 2     |
    Then a Server fault is returned with these errors:
      | code | level | reason              | details | {0} |
      | 5.3  | FATAL | InternalServerError | {0}.    | *   |
    And the queue is as it was

  # ---- Who gets which callbacks

  @7.1-01 @GetCallbacks
  Scenario: 7.1-01 The highest priority first, then the oldest
    Given these callbacks are in the queue:
      | callback | priority |
      | first    | 0        |
      | second   | 4        |
      | third    | 2        |
      | fourth   | 4        |
      | fifth    | 2        |
      | sixth    | 1        |
    When callbacks are pulled:
      | csr   | count |
      | csr-7 | 6     |
    Then the reply is OK without errors
    And the reply carries these callbacks, in this order:
      | callback |
      | second   |
      | fourth   |
      | third    |
      | fifth    |
      | sixth    |
      | first    |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |
      | third    | csr-7   |
      | fourth   | csr-7   |
      | fifth    | csr-7   |
      | sixth    | csr-7   |

  @7.1-01 @GetCallbacks
  Scenario: 7.1-01 As many as were asked for, and no more
    Given these callbacks are in the queue:
      | callback | priority |
      | first    | 1        |
      | second   | 2        |
      | third    | 1        |
    When callbacks are pulled:
      | csr   | count |
      | csr-7 | 2     |
    Then the reply is OK without errors
    And the reply carries these callbacks, in this order:
      | callback |
      | second   |
      | first    |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |

  @7.1-01 @GetCallbacks
  Scenario Outline: 7.1-01 One callback when the count is <count>
    Given these callbacks are in the queue:
      | callback | priority |
      | first    | 0        |
      | second   | 2        |
    When callbacks are pulled:
      | csr   | count     |
      | csr-7 | <written> |
    Then the reply is OK without errors
    And the reply carries these callbacks, in this order:
      | callback |
      | second   |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by |
      | second   | csr-7   |

    Examples:
      | count    | written |
      | zero     | 0       |
      | left out |         |

  @7.1-01 @GetCallbacks
  Scenario: 7.1-01 All there are when more were asked for
    Given these callbacks are in the queue:
      | callback | priority |
      | first    | 1        |
      | second   | 0        |
    When callbacks are pulled:
      | csr   | count |
      | csr-7 | 100   |
    Then the reply is OK without errors
    And the reply carries these callbacks, in this order:
      | callback |
      | first    |
      | second   |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |

  @7.1-01 @GetCallbacks
  Scenario Outline: 7.1-01 Only what fits <what>
    Given these callbacks are in the queue:
      | callback | priority | language |
      | first    | 2        | 21514    |
      | second   | 0        | 21514    |
      | third    | 2        | 1033     |
    When callbacks are pulled:
      | csr   | count | language   | priority   |
      | csr-7 | 10    | <language> | <priority> |
    Then the reply is OK without errors
    And the reply carries these callbacks, in this order:
      | callback | language   |
      | <one>    | <first of> |
      | <other>  | <other of> |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by |
      | <one>    | csr-7   |
      | <other>  | csr-7   |

    Examples: filters are exact
      | what         | language | priority | one   | first of | other  | other of |
      | the language | 21514    |          | first | 21514    | second | 21514    |
      | the priority |          | 2        | first | 21514    | third  | 1033     |

  @7.1-01 @GetCallbacks
  Scenario: 7.1-01 Only what fits language and priority
    Given these callbacks are in the queue:
      | callback | priority | language |
      | first    | 2        | 21514    |
      | second   | 0        | 21514    |
      | third    | 2        | 1033     |
      | fourth   | 0        | 1033     |
    When callbacks are pulled:
      | csr   | count | language | priority |
      | csr-7 | 10    | 21514    | 0        |
    Then the reply is OK without errors
    And the reply carries these callbacks, in this order:
      | callback | language |
      | second   | 21514    |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by |
      | second   | csr-7   |

  @7.1-01 @GetCallbacks
  Scenario: 7.1-01 What somebody has pulled is not pulled again
    Given these callbacks are in the queue:
      | callback | priority |
      | first    | 2        |
      | second   | 1        |
      | third    | 0        |
    When callbacks are pulled:
      | csr   | count |
      | csr-7 | 2     |
    Then the reply carries these callbacks, in this order:
      | callback |
      | first    |
      | second   |
    When callbacks are pulled:
      | csr    | count |
      | csr-12 | 10    |
    Then the reply is OK without errors
    And the reply carries these callbacks, in this order:
      | callback |
      | third    |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |
      | third    | csr-12  |

  @7.1-01 @GetCallbacks
  Scenario: 7.1-01 Two who pull at the same moment never get the same
    Given these callbacks are in the queue:
      | callback | priority |
      | first    | 0        |
      | second   | 0        |
      | third    | 0        |
      | fourth   | 0        |
      | fifth    | 0        |
      | sixth    | 0        |
      | seventh  | 0        |
      | eighth   | 0        |
    When these pull at the same moment:
      | csr   | count |
      | csr-1 | 2     |
      | csr-2 | 2     |
      | csr-3 | 2     |
      | csr-4 | 2     |
    Then each reply is OK, and no callback is in two of them
    And the reply is OK without errors
    And these callbacks are stored, and nothing else has changed:
      | callback | held by       |
      | first    | who pulled it |
      | second   | who pulled it |
      | third    | who pulled it |
      | fourth   | who pulled it |
      | fifth    | who pulled it |
      | sixth    | who pulled it |
      | seventh  | who pulled it |
      | eighth   | who pulled it |

  @7.1-01 @GetCallbacks
  Scenario: 7.1-01 Nobody is called outside of the periods asked for
    Given these callbacks are in the queue:
      | callback | priority | media       | periods           |
      | first    | 0        |             |                   |
      | second   | 2        | MobilePhone | +8m/+3h           |
      | third    | 1        | MobilePhone | +2m/+4m, +18m/+3h |
    When callbacks are pulled:
      | csr   | count |
      | csr-7 | 10    |
    Then the reply carries these callbacks, in this order:
      | callback |
      | first    |
    When 12 minutes have passed
    And callbacks are pulled:
      | csr    | count |
      | csr-12 | 10    |
    Then the reply carries these callbacks, in this order:
      | callback |
      | second   |
    When 12 minutes have passed
    And callbacks are pulled:
      | csr    | count |
      | csr-19 | 10    |
    Then the reply is OK without errors
    And the reply carries these callbacks, in this order:
      | callback |
      | third    |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-12  |
      | third    | csr-19  |

  @7.1-01 @GetCallbacks
  Scenario: 7.1-01 What a callback says
    Given these callbacks are in the queue:
      | callback | priority | language | trouble code      | caller                                                                                     |
      | first    | 2        | 21514    | No Power/No Light | Ada King Lovelace; email ada@example.org; landline +1 512 555 0101; mobile +1 512 555 0102 |
      | second   | 0        |          | Voltage Problem   |                                                                                            |
    When callbacks are pulled:
      | csr   | count |
      | csr-7 | 2     |
    Then the reply is OK without errors
    And the reply carries these callbacks, in this order:
      | callback | csr   | reason        | language | trouble code      | person       |
      | first    | csr-7 | PowerRestored | 21514    | No Power/No Light | Ada Lovelace |
      | second   | csr-7 | PowerRestored | 1033     | Voltage Problem   |              |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |

  # ---- Whom to call

  @7.1-02 @GetCallbacks
  Scenario: 7.1-02 Several people to reach, one of them preferred
    Given these callbacks are in the queue:
      | callback | priority | caller                                                                                |
      | first    | 2        | Ada Lovelace; email ada@example.org; landline +1 512 555 0101; mobile +1 512 555 0102 |
      | second   | 1        | Charles Babbage; mobile +1 512 555 0103                                               |
    And these people are to be reached too:
      | callback | person       | contact                  | preferred |
      | first    | Grace Hopper | mobile +1 512 555 0104   |           |
      | first    | Grace Hopper | landline +1 512 555 0105 | yes       |
      | second   | Mary Lee     | mobile +1 512 555 0106   | yes       |
      | second   | Alan Turing  | email alan@example.org   |           |
    When callbacks are pulled:
      | csr   | count |
      | csr-7 | 2     |
    Then the reply is OK without errors
    And the reply carries these callbacks, in this order:
      | callback | person       |
      | first    | Grace Hopper |
      | second   | Mary Lee     |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by |
      | first    | csr-7   |
      | second   | csr-7   |

  @7.1-02 @GetCallbacks
  Scenario: 7.1-02 Several people to reach, none of them preferred
    Given these callbacks are in the queue:
      | callback | caller                                                      |
      | first    | Ada Lovelace; email ada@example.org; mobile +1 512 555 0102 |
    And these people are to be reached too:
      | callback | person       | contact                | preferred |
      | first    | Grace Hopper | mobile +1 512 555 0104 |           |
    When callbacks are pulled:
      | csr   | count |
      | csr-7 | 1     |
    Then the reply is OK without errors
    And the reply carries these callbacks, in this order:
      | callback | person       |
      | first    | Ada Lovelace |
    And these callbacks are stored, and nothing else has changed:
      | callback | held by |
      | first    | csr-7   |

  # ---- Pulls that give nothing

  @7.1-03 @GetCallbacks
  Scenario: 7.1-03 Nobody to give the callbacks to
    Given these callbacks are in the queue:
      | callback |
      | first    |
    When callbacks are pulled:
      | csr | count |
      |     | 1     |
    Then the reply is FAILED with these errors:
      | code | level | reason       | details                                                                |
      | 1.2  | FATAL | CsrIdMissing | Customer Service Representative ID is not provided in request message. |
    And the queue is as it was

  @7.1-03 @GetCallbacks
  Scenario: 7.1-03 A pull without an entry
    Given these callbacks are in the queue:
      | callback |
      | first    |
    When callbacks are pulled without Request/GetCallbacks/CallBack:
      | csr   | count |
      | csr-7 | 1     |
    Then the reply is FAILED with these errors:
      | code | level | reason       | details                                                                |
      | 1.2  | FATAL | CsrIdMissing | Customer Service Representative ID is not provided in request message. |
    And the queue is as it was

  @7.1-04 @GetCallbacks
  Scenario Outline: 7.1-04 A priority that is no number: <priority>
    Given these callbacks are in the queue:
      | callback |
      | first    |
    When callbacks are pulled:
      | csr   | count | priority   |
      | csr-7 | 1     | <priority> |
    Then the reply is FAILED with these errors:
      | code | level | reason            | details                                  | {0}        |
      | 1.2  | FATAL | PriorityNotNumber | Priority {0} is invalid numerical value. | <priority> |
    And the queue is as it was

    Examples:
      | priority |
      | urgent   |
      | 2b       |

  @7.1-05 @GetCallbacks
  Scenario: 7.1-05 Nothing waits
    Given these callbacks are in the queue:
      | callback | held by |
      | first    | csr-12  |
    When callbacks are pulled:
      | csr   | count |
      | csr-7 | 1     |
    Then the reply is OK with these errors:
      | code | level  | reason         | details                                          |
      | 1.2  | INFORM | EntityNotFound | No callbacks found for provided search criteria. |
    And the reply carries no callbacks
    And the queue is as it was

  @7.1-05 @GetCallbacks
  Scenario Outline: 7.1-05 What waits does not fit: <what>
    Given these callbacks are in the queue:
      | callback | priority | language |
      | first    | 2        | 1033     |
      | second   | 0        | 1033     |
    When callbacks are pulled:
      | csr   | count | language   | priority   |
      | csr-7 | 5     | <language> | <priority> |
    Then the reply is OK with these errors:
      | code | level  | reason         | details                                          |
      | 1.2  | INFORM | EntityNotFound | No callbacks found for provided search criteria. |
    And the reply carries no callbacks
    And the queue is as it was

    Examples:
      | what                             | language | priority |
      | another language                 | 21514    |          |
      | another priority                 |          | 3        |
      | a priority that nobody has       |          | 9        |
      | the language of another priority | 21514    | 2        |

  @7.1-06 @GetCallbacks
  Scenario: 7.1-06 A language that is not configured
    Given these callbacks are in the queue:
      | callback |
      | first    |
    When callbacks are pulled:
      | csr   | count | language |
      | csr-7 | 1     | 9999     |
    Then the reply is FAILED with these errors:
      | code | level | reason            | details                                                     |
      | 1.2  | FATAL | InvalidLanguageId | Received language id isn't valid or isn't in configuration. |
    And the queue is as it was
